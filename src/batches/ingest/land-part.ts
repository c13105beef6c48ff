import { addCounts, type RowCounts } from "../../rules/batch/batch-counts.ts";
import { MusterError } from "../../rules/errors.ts";
import { type BatchDeps, toLimits } from "../batch-deps.ts";
import { toCheckedKey, toRepeatsKey, toRowsKey } from "../batch-keys.ts";
import type { BatchMessage } from "../batch-messages.ts";
import type { BatchRecord, PartRecord } from "../batch-record.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { readNdjson, readWhole, writeNdjson } from "../ndjson.ts";
import { readPlan } from "./batch-plan.ts";
import type { CheckedRow, Repeats } from "./checked-row.ts";
import { createLandRows, type Landed } from "./land-rows.ts";
import { isDone, send, sendIfLast } from "./send-work.ts";
import { createTrackPart } from "./track-part.ts";

/** Builds the writing of one checked part into the ledger; of a dry run all but the writing. */
export function createLandPart(deps: BatchDeps) {
  return async (message: Extract<BatchMessage, { step: "land" }>): Promise<void> => {
    const { batch: id, part: number, again } = message;
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "ingesting" || batch.phase !== "land") return;
    const parts = await deps.readParts(id);
    const checked = parts.find(({ part }) => part === number);
    if (checked?.state === "landing" && again !== true) {
      // Another worker is at it, or was killed; a while later it is known which.
      return send(deps, { ...message, again: true }, toLimits(deps).landAgainSeconds);
    }
    if (checked && !isDone(parts, number, "land")) await land(deps, batch, checked);
    await sendIfLast(deps, batch);
  };
}

/** Rows in memory at a time, and in that many questions to the ledger at once. */
const rowsOfWindow = 400;

async function land(deps: BatchDeps, batch: BatchRecord, checked: PartRecord): Promise<void> {
  const { part, bytes } = checked;
  const attempt = deps.newId();
  const begun: PartRecord = { ...checked, state: "landing", bytesDone: 0, attempt };
  if (!(await deps.writePart(batch.id, begun))) return;
  const plan = await readPlan(deps, batch);
  const landing = { batch: batch.id, part, attempt };
  const landRows = createLandRows(deps, batch, { importedAt: plan.at, landing });
  const track = createTrackPart(deps, batch.id, begun);
  const repeats = await readRepeats(deps, batch, part);
  const reports: RowReport[] = [];
  for await (const report of readNdjson<RowReport>(deps.objects, toRowsKey(batch, part, "check"))) {
    reports.push(report);
  }
  const stood = checked.counts.rows - checked.counts.refused;
  const tally = createTally(checked.counts);
  let window: CheckedRow[] = [];
  const flush = async (): Promise<void> => {
    for (const row of await landRows(window)) {
      tally.add(row.landed);
      if (row.report) reports.push(row.report);
    }
    window = [];
    track.note((bytes * tally.done()) / Math.max(1, stood));
  };
  for await (const row of readNdjson<CheckedRow>(deps.objects, toCheckedKey(batch, part))) {
    const repeat = repeats.get(tally.done() + window.length);
    if (repeat !== undefined) {
      tally.add(repeat.landed);
      reports.push(toRepeatReport(row, repeat.landed));
      continue;
    }
    window.push(row);
    if (window.length === rowsOfWindow) await flush();
  }
  await flush();
  await track.end();
  if (!(await deps.writePart(batch.id, { ...begun, bytesDone: bytes }, attempt))) throw takenOver();
  const inOrder = reports.toSorted((one, other) => one.record - other.record);
  await writeNdjson(deps.objects, toRowsKey(batch, part, "land"), inOrder);
  const { attempt: _, ...landed } = begun;
  const done = { state: "landed", counts: tally.counts(), bytesDone: bytes } as const;
  if (!(await deps.writePart(batch.id, { ...landed, ...done }, attempt))) throw takenOver();
}

/** Whoever took over may be killed, and its message be this very one: so it has to come again. */
function takenOver(): MusterError {
  return new MusterError("STATE_CHANGED", "Another worker is at this part, or was.");
}

type Outcome = Landed | "repeated";

function createTally(checked: RowCounts) {
  const sums: Record<Outcome, number> = { added: 0, known: 0, refused: 0, repeated: 0 };
  return {
    add: (outcome: Outcome): void => {
      sums[outcome] += 1;
    },
    done: () => sums.added + sums.known + sums.refused + sums.repeated,
    counts: (): RowCounts =>
      addCounts(checked, {
        rows: 0,
        added: sums.added,
        known: sums.known + sums.repeated,
        refused: sums.refused,
        warnings: sums.repeated,
      }),
  };
}

async function readRepeats(
  { objects }: BatchDeps,
  batch: BatchRecord,
  part: number,
): Promise<ReadonlyMap<number, { readonly landed: "refused" | "repeated" }>> {
  if (!batch.repeatingParts?.includes(part)) return new Map();
  const text = (await readWhole(objects, toRepeatsKey(batch, part))).toString("utf8");
  const repeats = JSON.parse(text) as Repeats;
  return new Map(
    repeats.map(([row, what]) => [row, { landed: what === "id" ? "refused" : "repeated" }]),
  );
}

function toRepeatReport(
  { record, certificateId, deviceId }: CheckedRow,
  landed: "refused" | "repeated",
): RowReport {
  const named = { record, certificateId, ...(deviceId !== undefined && { deviceId }) };
  if (landed === "repeated") {
    const message = "An earlier record has the same certificate.";
    return { ...named, severity: "warning", code: "CERTIFICATE_TWICE", message };
  }
  const message = `${JSON.stringify(deviceId)} is an earlier record's, with another certificate.`;
  return { ...named, severity: "refused", code: "DEVICE_ID_TWICE", message };
}
