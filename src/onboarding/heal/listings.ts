/** What may need healing; `recheck` are those parked while an attempt may have been in flight. */
export type Listing = "onboarding" | "parking" | "quarantined" | "recheck";

/** Certificate ids, oldest first; the list may lag behind the records by seconds. */
export type ListCertificates = (listing: Listing, signal: AbortSignal) => AsyncIterable<string>;

/** Walks all listings: what was left half-way first, then what may have been activated, then the rest. */
export async function* listAll(
  listCertificates: ListCertificates,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const listing of ["onboarding", "parking", "recheck", "quarantined"] as const) {
    yield* listCertificates(listing, signal);
  }
}
