import { addCounts, type RowCounts } from "../../rules/batch/batch-counts.ts";
import { MusterError } from "../../rules/errors.ts";
import { type BatchDeps, toLimits } from "../batch-deps.ts";
import { toCheckedKey, toRepeatsKey, toRowsKey } from "../batch-keys.ts";
import type { BatchMessage } from "../batch-messages.ts";
import type { BatchRecord, PartRecord } from "../batch-record.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { readNdjson, readWhole, writeNdjson } from "../ndjson.ts";
import { readPlan } from "./batch-plan.ts";
import { type CheckedRow, type Repeats, toPlace } from "./checked-row.ts";
import { createLandRows, type Landed, rowsAtOnce } from "./land-rows.ts";
import { isDone, send, sendIfLast } from "./send-work.ts";
import { createTrackPart } from "./track-part.ts";

/** Builds the writing of one checked part into the ledger; of a dry run all but the writing. */
export function createLandPart(deps: BatchDeps) {
  return async (message: LandMessage): Promise<void> => {
    const { batch: id, part: number } = message;
    const { batch } = await deps.readBatch(id);
    if (batch?.status !== "ingesting" || batch.phase !== "land") return;
    const parts = await deps.readParts(id);
    const checked = parts.find(({ part }) => part === number);
    if (checked && isAnothers(deps, message, checked)) return lookAgain(deps, message, checked);
    if (checked && !isDone(parts, number, "land") && !(await land(deps, batch, checked))) {
      // Of several that begin at once only one does; it is for the others as if they had come later.
      const begun = (await deps.readParts(id)).find(({ part }) => part === number);
      if (begun?.state === "landing") return lookAgain(deps, message, begun);
    }
    await sendIfLast(deps, batch);
  };
}

type LandMessage = Extract<BatchMessage, { step: "land" }>;

/** Whether another worker may be at it: it has gone on, or was heard of a short while ago. */
function isAnothers(deps: BatchDeps, { seen }: LandMessage, part: PartRecord): boolean {
  const { state, at } = part;
  if (state !== "landing" || at === undefined || toSeen(part) === seen) return false;
  return deps.now().getTime() - Date.parse(at) < toLimits(deps).landAgainSeconds * 1_000;
}

/** A part that is not landed after so many looks is left to the queue, which gives up in the end. */
const maxLooks = 30;

/**
 * Another worker is at it, or was killed: a while later it is known which. Messages that come twice
 * must not become ever more of them, so only the latest that was sent has another one sent.
 */
async function lookAgain(deps: BatchDeps, message: LandMessage, part: PartRecord): Promise<void> {
  const { again = 0 } = message;
  const { sent = 0 } = part;
  if (sent > again) return;
  if (again >= maxLooks) throw takenOver();
  const next = { ...message, again: again + 1, seen: toSeen(part) };
  await send(deps, next, toLimits(deps).landAgainSeconds);
  await deps.noteSent(message.batch, message.part, next.again);
}

/** The same of a part that is not gone on with. */
function toSeen({ attempt, bytesDone }: PartRecord): string {
  return `${attempt} ${bytesDone}`;
}

/** Rows in memory at a time. */
const rowsOfWindow = 4 * rowsAtOnce;

/** @returns false when another worker has begun. */
async function land(deps: BatchDeps, batch: BatchRecord, checked: PartRecord): Promise<boolean> {
  const { sent: _, ...standing } = checked;
  const begun = {
    ...standing,
    state: "landing",
    bytesDone: 0,
    attempt: deps.newId(),
    at: deps.now().toISOString(),
  } as const;
  if (!(await deps.writePart(batch.id, begun, checked.attempt))) return false;
  try {
    await landBegun(deps, batch, begun);
    return true;
  } catch (error) {
    // So that whoever comes next does not wait for it.
    const left = { ...begun, at: new Date(0).toISOString() };
    await deps.writePart(batch.id, left, begun.attempt).catch(() => {});
    throw error;
  }
}

type BegunPart = Omit<PartRecord, "sent"> & { readonly attempt: string };

async function landBegun(deps: BatchDeps, batch: BatchRecord, begun: BegunPart): Promise<void> {
  const { part, bytes, attempt } = begun;
  const plan = await readPlan(deps, batch);
  const landing = { batch: batch.id, part, attempt };
  const landRows = createLandRows(deps, batch, { importedAt: plan.at, landing });
  const track = createTrackPart(deps, batch.id, begun);
  const repeats = await readRepeats(deps, batch, part);
  const reports: RowReport[] = [];
  for await (const report of readNdjson<RowReport>(deps.objects, toRowsKey(batch, part, "check"))) {
    reports.push(report);
  }
  const stood = begun.counts.rows - begun.counts.refused;
  const tally = createTally(begun.counts);
  let window: CheckedRow[] = [];
  const flush = async (): Promise<void> => {
    for (const row of await landRows(window)) {
      tally.add(row.landed);
      if (row.report) reports.push(row.report);
      if (row.report?.severity === "warning") tally.warn();
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
  const { attempt: _, at: __, ...landed } = begun;
  const done = { state: "landed", counts: tally.counts(), bytesDone: bytes } as const;
  if (!(await deps.writePart(batch.id, { ...landed, ...done }, attempt))) throw takenOver();
}

function takenOver(): MusterError {
  return new MusterError("STATE_CHANGED", "Another worker is at this part, or was.");
}

type Outcome = Landed | "repeated";

function createTally(checked: RowCounts) {
  const sums: Record<Outcome, number> = { added: 0, known: 0, refused: 0, repeated: 0 };
  let warnings = 0;
  return {
    add: (outcome: Outcome): void => {
      sums[outcome] += 1;
    },
    /** Of a row that was added all the same. */
    warn: (): void => {
      warnings += 1;
    },
    done: () => sums.added + sums.known + sums.refused + sums.repeated,
    counts: (): RowCounts =>
      addCounts(checked, {
        rows: 0,
        added: sums.added,
        known: sums.known + sums.repeated,
        refused: sums.refused,
        warnings: sums.repeated + warnings,
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

function toRepeatReport(row: CheckedRow, landed: "refused" | "repeated"): RowReport {
  const { record, certificateId, deviceId } = row;
  const id = deviceId === undefined ? {} : { deviceId };
  const named = { record, ...toPlace(row), certificateId, ...id };
  if (landed === "repeated") {
    const message = "An earlier record has the same certificate.";
    return { ...named, severity: "warning", code: "CERTIFICATE_TWICE", message };
  }
  const message = `${JSON.stringify(deviceId)} is an earlier record's, with another certificate.`;
  return { ...named, severity: "refused", code: "DEVICE_ID_TWICE", message };
}
