/** Asks whether one more may be done now; see createQuotas. */
export interface Quotas {
  /**
   * Takes one from a quota's bucket.
   *
   * @param key tells apart the buckets of one quota: a client id, a connection.
   * @returns false when the bucket is empty.
   */
  take(quota: string, key?: string): boolean;
}
