/** A certificate that has a device's id, by the word of one batch. */
export interface IdHolder {
  readonly certificateId: string;
  readonly batch: string;
  /** When the batch was taken in, ISO 8601. */
  readonly since: string;
}

/**
 * More tell nothing new; so an id that a manufacturer gives to every device of thousands of batches
 * stays of one size in the ledger.
 */
export const maxIdHolders = 100;

/**
 * Finds who had the id of a row before: another certificate, in another batch that stands. What the
 * row's own batch says of it is not earlier, however often the row is landed.
 *
 * @param holders of one manufacturer.
 * @param recalled tells which of their batches are recalled.
 * @returns the latest.
 */
export function findEarlierHolder(
  { certificateId, batch }: Pick<IdHolder, "certificateId" | "batch">,
  holders: readonly IdHolder[],
  recalled: ReadonlySet<string>,
): IdHolder | undefined {
  const others = holders.filter(
    (each) =>
      each.certificateId !== certificateId && each.batch !== batch && !recalled.has(each.batch),
  );
  return others.reduce<IdHolder | undefined>(
    (latest, each) => (latest === undefined || order(each) > order(latest) ? each : latest),
    undefined,
  );
}

function order({ since, batch, certificateId }: IdHolder): string {
  return `${since} ${batch} ${certificateId}`;
}
