import { setImmediate as turn } from "node:timers/promises";
import type { ManifestRecord, ManifestRow } from "../../formats/manifest-format.ts";
import { readManifestPart } from "../../formats/read-manifest.ts";
import { noRows, type RowCounts } from "../../rules/batch/batch-counts.ts";
import { hasEnded, isFinal } from "../../rules/batch/batch-status.ts";
import { checkCertificate } from "../../rules/certificate/check-certificate.ts";
import { createIssuerMemory } from "../../rules/certificate/issuer-memory.ts";
import type { BatchDeps } from "../batch-deps.ts";
import { toCheckedKey, toNamesKey, toRowsKey } from "../batch-keys.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { RowReport } from "../batch-use-cases.ts";
import { writeNdjson } from "../ndjson.ts";
import { type BatchPlan, readPlan } from "./batch-plan.ts";
import { createCheckThingName } from "./check-thing-name.ts";
import { type CheckedRow, type RowName, toCheckedRow, toPlace } from "./checked-row.ts";
import { discardManifest, discardParts, orFail } from "./fail-batch.ts";
import { isDone, sendIfLast } from "./send-work.ts";
import { createTrackPart } from "./track-part.ts";

/** Builds the reading and judging of one part, which leaves the ledger alone. */
export function createCheckPart(deps: BatchDeps) {
  return async (id: string, number: number): Promise<void> => {
    const { batch } = await deps.readBatch(id);
    // Whoever ended it may not have come to deleting it.
    if (batch && hasEnded(batch.status)) return discardManifest(deps, batch, [number]);
    if (batch?.status !== "ingesting" || batch.phase !== "check") return;
    await orFail(deps, batch, async () => {
      if (!isDone(await deps.readParts(id), number, "check")) await check(deps, batch, number);
      if (await isOver(deps, id)) return discardParts(deps, batch);
      await sendIfLast(deps, batch);
    });
  };
}

/** Then nobody would delete what was just written. */
async function isOver({ readBatch }: Pick<BatchDeps, "readBatch">, id: string): Promise<boolean> {
  const { batch } = await readBatch(id);
  return batch !== undefined && isFinal(batch.status);
}

/** So many rows are judged before others get a turn. */
const rowsOfTurn = 50;

async function check(deps: BatchDeps, batch: BatchRecord, number: number): Promise<void> {
  const plan = await readPlan(deps, batch);
  const part = plan.survey.parts[number - 1];
  if (part === undefined) return;
  const record = { part: number, bytes: part.length, counts: noRows, unapproved: 0 };
  const track = createTrackPart(deps, batch.id, { ...record, state: "checking" });
  const judged = createJudge(plan, batch);
  const options = {
    source: batch.fileName,
    signers: plan.signers.map(fromBase64),
    verifyChains: false,
    ...(batch.mapping && { mapping: batch.mapping }),
  };
  const chunks = await deps.objects.read(plan.source, part);
  let rows = 0;
  for await (const row of readManifestPart(chunks, { survey: plan.survey, part }, options)) {
    judged.add(row);
    rows += 1;
    if (rows % rowsOfTurn !== 0) continue;
    track.note((part.length * Math.min(rows, part.records)) / part.records);
    await turn();
  }
  await track.end();
  await writeNdjson(deps.objects, toCheckedKey(batch, number), judged.checked);
  await writeNdjson(deps.objects, toNamesKey(batch, number), judged.names);
  await writeNdjson(deps.objects, toRowsKey(batch, number, "check"), judged.reports);
  await deps.writePart(batch.id, {
    ...record,
    ...judged.result(),
    state: "checked",
    bytesDone: part.length,
  });
}

function createJudge(plan: BatchPlan, batch: BatchRecord) {
  const checked: CheckedRow[] = [];
  const names: RowName[] = [];
  const reports: RowReport[] = [];
  const memory = createIssuerMemory();
  const anchors = plan.issuers.map(fromBase64);
  const shared = new Set(plan.sharedIssuers);
  const now = new Date(plan.at);
  const counts = { ...noRows } as { -readonly [Name in keyof RowCounts]: number };
  const checkThingName = createCheckThingName(plan.thingName, batch);
  let unapproved = 0;

  function judge(row: ManifestRecord): void {
    const { record, leaf, facts, chain, deviceId } = row;
    const { findings, path } = checkCertificate({
      leaf,
      facts,
      intermediates: chain,
      anchors,
      now,
      memory,
      rules: plan.rules,
    });
    const { certificateId } = facts;
    const named = {
      record,
      ...toPlace(row),
      certificateId,
      ...(deviceId !== undefined && { deviceId }),
    };
    const unfit = findings.length > 0 ? undefined : checkThingName(row);
    const odd = unfit ? [...row.warnings, unfit] : row.warnings;
    const warnings = odd.map((each) => toReport({ ...named, severity: "warning" }, each));
    counts.warnings += warnings.length;
    reports.push(...warnings);
    if (findings.length > 0) {
      counts.refused += 1;
      for (const { code, detail } of findings) {
        reports.push({ ...named, severity: "refused", code, message: detail });
      }
      return;
    }
    const anchor = path?.at(-1)?.certificateId ?? "";
    if (shared.has(anchor) && row.verified !== "signature") unapproved += 1;
    checked.push(toCheckedRow(row));
    names.push([certificateId, deviceId ?? null]);
  }

  return {
    checked,
    names,
    reports,
    add: (row: ManifestRow): void => {
      counts.rows += 1;
      if (row.kind === "record") {
        judge(row);
      } else {
        counts.refused += 1;
        const { record, deviceId } = row;
        const named = { record, ...toPlace(row), ...(deviceId !== undefined && { deviceId }) };
        reports.push(toReport({ ...named, severity: "refused" }, row));
      }
    },
    result: () => ({ counts: { ...counts }, unapproved }),
  };
}

function toReport(
  named: Pick<
    RowReport,
    "record" | "entry" | "entryRecord" | "severity" | "certificateId" | "deviceId"
  >,
  { code, field, message }: Pick<RowReport, "code" | "field" | "message">,
): RowReport {
  return { ...named, code, ...(field !== undefined && { field }), message };
}

function fromBase64(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
