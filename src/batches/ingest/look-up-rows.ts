import { foldDeviceId } from "../../rules/batch/fold-device-id.ts";
import type { IdHolder } from "../../rules/batch/id-holder.ts";
import type { Claim } from "../../rules/batch/judge-claim.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { CheckedRow } from "./checked-row.ts";

/** What the ledger has of a row. */
export interface Found {
  readonly standing: Claim | undefined;
  /** The row's id as ids are compared; undefined when it has none. */
  readonly foldedId: string | undefined;
  /** Who of the batch's manufacturer has that id. */
  readonly holders: readonly IdHolder[];
  /** Of all batches that the rows' claims and holders name, those that are recalled. */
  readonly recalled: ReadonlySet<string>;
}

/** Builds the look into the ledger for some rows at a time. */
export function createLookUpRows(
  deps: Pick<BatchDeps, "readBatch" | "readClaims" | "readIdHolders">,
  { id: own, manufacturer }: Pick<BatchRecord, "id" | "manufacturer">,
): (rows: readonly CheckedRow[]) => Promise<(row: CheckedRow) => Found> {
  const isRecalled = createIsRecalled(deps);
  return async (rows) => {
    const [claims, allHolders] = await Promise.all([
      deps.readClaims(rows.map(({ certificateId }) => certificateId)),
      deps.readIdHolders(
        manufacturer,
        rows.flatMap((row) => toFoldedId(row) ?? []),
      ),
    ]);
    const named = new Set([
      ...[...claims.values()].flatMap(({ batches }) => batches),
      ...[...allHolders.values()].flat().map(({ batch }) => batch),
    ]);
    named.delete(own);
    const recalled = new Set<string>();
    for (const id of named) {
      if (await isRecalled(id)) recalled.add(id);
    }
    return (row) => {
      const foldedId = toFoldedId(row);
      const holders = allHolders.get(foldedId ?? "") ?? [];
      return { standing: claims.get(row.certificateId), foldedId, holders, recalled };
    };
  };
}

function toFoldedId({ deviceId }: CheckedRow): string | undefined {
  return deviceId === undefined ? undefined : foldDeviceId(deviceId);
}

/** Tells whether a batch is recalled; each is looked at once in a part. */
function createIsRecalled({ readBatch }: Pick<BatchDeps, "readBatch">) {
  const looked = new Map<string, Promise<boolean>>();
  const look = async (id: string): Promise<boolean> =>
    (await readBatch(id)).batch?.status === "recalled";
  return (id: string): Promise<boolean> => {
    const answer = looked.get(id) ?? look(id);
    looked.set(id, answer);
    return answer;
  };
}
