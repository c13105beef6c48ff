import type { Claim } from "../../rules/batch/judge-claim.ts";
import { type ClaimVerdict, judgeClaim } from "../../rules/batch/judge-claim.ts";
import type { LedgerEntry } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { Landing, NewEntry } from "../batch-stores.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { type CheckedRow, toPlace } from "./checked-row.ts";

export type Landed = "added" | "known" | "refused";

export interface LandedRow {
  readonly landed: Landed;
  readonly report?: RowReport;
}

/** As many as one read of the database takes. */
const rowsAtOnce = 100;
/** Others may be landing the very same certificates. */
const maxRounds = 10;

/** Builds the landing of rows, none of which repeats another; the answers are in their order. */
export function createLandRows(
  deps: BatchDeps,
  batch: BatchRecord,
  { importedAt, landing }: { readonly importedAt: string; readonly landing: Landing },
) {
  const isRecalled = createIsRecalled(deps, batch.id);
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
      const claims = await deps.readClaims(left.map(({ certificateId }) => certificateId));
      const recalled = await isRecalled(claims);
      const fresh: NewEntry[] = [];
      for (const row of left) {
        const standing = claims.get(row.certificateId);
        const verdict = judgeClaim(toStatement(batch, row), standing, recalled);
        landed.set(row.certificateId, toLanded(row, verdict));
        if (verdict.verdict !== "add") continue;
        fresh.push(toNewEntry(row, standing, verdict.claim));
      }
      const overtaken = new Set(batch.dryRun ? [] : await deps.addEntries(fresh, landing));
      left = left.filter(({ certificateId }) => overtaken.has(certificateId));
    }
    return rows.flatMap(({ certificateId }) => landed.get(certificateId) ?? []);
  }

  function toNewEntry(row: CheckedRow, standing: Claim | undefined, claim: Claim): NewEntry {
    const { deviceId } = claim;
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
    return { certificateId: row.certificateId, entry, claim, standing };
  }
}

function toStatement({ manufacturer, id, profile }: BatchRecord, { deviceId }: CheckedRow) {
  return { manufacturer, batch: id, profile, ...(deviceId !== undefined && { deviceId }) };
}

function toLanded(row: CheckedRow, verdict: ClaimVerdict): LandedRow {
  if (verdict.verdict === "known") return { landed: "known" };
  if (verdict.verdict !== "refused") return { landed: "added" };
  const { record, certificateId, deviceId } = row;
  const named = {
    record,
    ...toPlace(row),
    certificateId,
    ...(deviceId !== undefined && { deviceId }),
  };
  const { code } = verdict;
  const message = refusals[code](row);
  return { landed: "refused", report: { ...named, severity: "refused", code, message } };
}

const refusals = {
  // Which manufacturer that is, is not this one's to know.
  LEDGER_DISPUTED: () => "The certificate is already claimed.",
  DEVICE_ID_CONFLICT: ({ deviceId }: CheckedRow) =>
    `The ledger has this certificate under another device id than ${JSON.stringify(deviceId)}.`,
  BATCH_RECALLED: () => "An earlier batch with this certificate was recalled.",
};

/** Tells the batches of claims that are recalled; each is looked at once in a part. */
function createIsRecalled({ readBatch }: Pick<BatchDeps, "readBatch">, own: string) {
  const looked = new Map<string, Promise<boolean>>();
  const look = async (id: string): Promise<boolean> =>
    (await readBatch(id)).batch?.status === "recalled";
  return async (claims: ReadonlyMap<string, Claim>): Promise<ReadonlySet<string>> => {
    const named = new Set([...claims.values()].flatMap(({ batches }) => batches));
    named.delete(own);
    const recalled = new Set<string>();
    for (const id of named) {
      const answer = looked.get(id) ?? look(id);
      looked.set(id, answer);
      if (await answer) recalled.add(id);
    }
    return recalled;
  };
}
