/**
 * Messages of work to be done: SQS, or a queue of the local cloud. At least once, in no order; the
 * receiver repeats harmlessly.
 */
export interface WorkQueue {
  /** @param delaySeconds 0 to 900. */
  send(message: object, options?: { readonly delaySeconds?: number }): Promise<void>;
}
