import { findEarlierHolder, type IdHolder, maxIdHolders } from "../../rules/batch/id-holder.ts";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import { type ClaimVerdict, judgeClaim } from "../../rules/batch/judge-claim.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { Landing, NewEntry } from "../batch-stores.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { type CheckedRow, toPlace } from "./checked-row.ts";
import { createLookUpRows, type Found } from "./look-up-rows.ts";

export type Landed = "added" | "known" | "refused";

export interface LandedRow {
  readonly landed: Landed;
  readonly report?: RowReport;
}

/** One read of the database takes 100; three whole transactions take 99 with ids. */
export const rowsAtOnce = 99;
/** Others may be landing the very same certificates. */
const maxRounds = 10;

/** Builds the landing of rows, none of which repeats another; the answers are in their order. */
export function createLandRows(
  deps: BatchDeps,
  batch: BatchRecord,
  { importedAt, landing }: { readonly importedAt: string; readonly landing: Landing },
) {
  const lookUp = createLookUpRows(deps, batch);
  return async (rows: readonly CheckedRow[]): Promise<readonly LandedRow[]> => {
    const chunks = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, index) =>
      rows.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
    );
    return (await Promise.all(chunks.map(landChunk))).flat();
  };

  async function landChunk(rows: readonly CheckedRow[]): Promise<readonly LandedRow[]> {
    const landed = new Map<string, LandedRow>();
    let left = rows;
    for (let round = 0; left.length > 0; round += 1) {
      if (round === maxRounds) {
        throw new MusterError("STATE_CHANGED", "Others kept changing the same certificates.");
      }
      const overtaken = await landOnce(left, landed);
      left = left.filter(({ certificateId }) => overtaken.has(certificateId));
    }
    return rows.flatMap(({ certificateId }) => landed.get(certificateId) ?? []);
  }

  /** @returns the certificates that others claimed meanwhile. */
  async function landOnce(
    rows: readonly CheckedRow[],
    landed: Map<string, LandedRow>,
  ): Promise<ReadonlySet<string>> {
    const find = await lookUp(rows);
    const fresh: NewEntry[] = [];
    for (const row of rows) {
      const { certificateId } = row;
      const found = find(row);
      const verdict = judgeClaim(toStatement(batch, row), found.standing, found.recalled);
      const own = { certificateId, batch: batch.id };
      const earlier = findEarlierHolder(own, found.holders, found.recalled);
      landed.set(certificateId, toLanded(row, verdict, earlier));
      if (verdict.verdict === "add") fresh.push(toNewEntry(row, found, verdict.claim));
    }
    return new Set(batch.dryRun ? [] : await deps.addEntries(fresh, landing));
  }

  function toNewEntry(
    row: CheckedRow,
    { standing, foldedId, holders }: Found,
    claim: Claim,
  ): NewEntry {
    const { deviceId } = claim;
    const isNoted = foldedId !== undefined && holders.length < maxIdHolders;
    const entry: LedgerEntry = {
      manufacturer: batch.manufacturer,
      batch: batch.id,
      profile: batch.profile,
      matchedBy: "certificate",
      ...(deviceId !== undefined && { deviceId }),
      attributes: row.attributes,
      certificate: Buffer.from(row.certificate, "base64"),
      chain: row.chain.map((ca) => Buffer.from(ca, "base64")),
      importedAt,
    };
    const { certificateId } = row;
    return { certificateId, entry, claim, standing, ...(isNoted && { heldId: foldedId }) };
  }
}

function toStatement({ manufacturer, id, profile }: BatchRecord, { deviceId }: CheckedRow) {
  return { manufacturer, batch: id, profile, ...(deviceId !== undefined && { deviceId }) };
}

/** @param earlier who had the row's id before. */
function toLanded(
  row: CheckedRow,
  verdict: ClaimVerdict,
  earlier: IdHolder | undefined,
): LandedRow {
  if (verdict.verdict === "known") return { landed: "known" };
  const { record, certificateId, deviceId } = row;
  const named = {
    record,
    ...toPlace(row),
    certificateId,
    ...(deviceId !== undefined && { deviceId }),
  };
  if (verdict.verdict === "refused") {
    const { code } = verdict;
    const message = refusals[code](row);
    return { landed: "refused", report: { ...named, severity: "refused", code, message } };
  }
  // Also of a row that has its entry: landed again, it is reported as it was.
  if (earlier === undefined) return { landed: "added" };
  const code = "DEVICE_ID_KNOWN";
  const message = `The ledger has ${JSON.stringify(deviceId)} with another certificate, of batch ${earlier.batch}.`;
  return { landed: "added", report: { ...named, severity: "warning", code, message } };
}

const refusals = {
  // Which manufacturer that is, is not this one's to know.
  LEDGER_DISPUTED: () => "The certificate is already claimed.",
  DEVICE_ID_CONFLICT: ({ deviceId }: CheckedRow) =>
    `The ledger has this certificate under another device id than ${JSON.stringify(deviceId)}.`,
  BATCH_RECALLED: () => "An earlier batch with this certificate was recalled.",
};
