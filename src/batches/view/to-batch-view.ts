import { addCounts, noRows } from "../../rules/batch/batch-counts.ts";
import { isFinal } from "../../rules/batch/batch-status.ts";
import { estimateOnboardingSeconds } from "../../rules/batch/estimate-onboarding.ts";
import { type BatchLimits, toLimits } from "../batch-deps.ts";
import type { BatchApproval, BatchRecord, PartRecord } from "../batch-record.ts";
import type { BatchApprovalView, BatchRegistration, BatchView } from "../batch-use-cases.ts";
import type { PreregistrationCounts } from "../preregister/preregistration.ts";

/** What of the whole each pass over the bytes is. */
const shares = { inspect: 0.1, check: 0.45, land: 0.45 };

export interface ViewDetail {
  readonly limits?: BatchLimits;
  readonly preregistered?: PreregistrationCounts;
}

/** Tells people about a batch. */
export function toBatchView(
  batch: BatchRecord,
  parts: readonly PartRecord[],
  { limits = toLimits({}), preregistered }: ViewDetail = {},
): BatchView {
  const { id, manufacturer, profile, profileVersion, status, dryRun } = batch;
  const { fileName, bytes, sha256, format, createdAt, completedAt, problem } = batch;
  return {
    id,
    manufacturer,
    profile,
    profileVersion,
    status,
    dryRun,
    fileName,
    bytes,
    sha256,
    ...(format !== undefined && { format }),
    ...(batch.mapping && { mapping: batch.mapping }),
    ...(batch.mappingName !== undefined && { mappingName: batch.mappingName }),
    createdAt,
    ...(completedAt !== undefined && { completedAt }),
    counts: batch.counts ?? parts.map(({ counts }) => counts).reduce(addCounts, noRows),
    progress: toProgress(batch, parts),
    ...(dryRun &&
      batch.counts && { onboardingSeconds: estimate(batch, batch.counts.added, limits) }),
    ...(batch.approval && { approval: toApproval(batch, batch.approval, limits) }),
    ...(preregistered && { registration: toRegistration(batch, preregistered, limits) }),
    ...(problem && { problem }),
  };
}

function estimate(
  { registration }: BatchRecord,
  certificates: number,
  { registrationsPerSecond }: BatchLimits,
): number {
  return registration === "preregister"
    ? estimateOnboardingSeconds(certificates, registrationsPerSecond)
    : estimateOnboardingSeconds(certificates);
}

function toApproval(
  batch: BatchRecord,
  { quantity, unsigned }: BatchApproval,
  limits: BatchLimits,
): BatchApprovalView {
  const registrationSeconds = estimate(batch, quantity, limits);
  return {
    quantity,
    unsigned,
    ...(batch.registration === "preregister" && { registrationSeconds }),
  };
}

function toRegistration(
  batch: BatchRecord,
  { registered, refused, failed }: PreregistrationCounts,
  limits: BatchLimits,
): BatchRegistration {
  const total = batch.counts?.added ?? 0;
  const left = Math.max(0, total - registered - refused - failed);
  const secondsLeft = estimate(batch, left, limits);
  return { total, registered, refused, failed, secondsLeft };
}

function toProgress(batch: BatchRecord, parts: readonly PartRecord[]): number {
  if (isFinal(batch.status)) return 1;
  const share = (sum: number, of = batch.cutBytes ?? batch.bytes) => Math.min(1, sum / of);
  const [inspection] = parts.filter(({ part }) => part === 0);
  const inspected = batch.plan === undefined ? (inspection?.bytesDone ?? 0) : batch.bytes;
  const cut = parts.filter(({ part }) => part > 0);
  const checked = cut.map(({ state, bytes, bytesDone }) =>
    state === "checking" ? bytesDone : bytes,
  );
  const landed = cut.map(({ state, bytes, bytesDone }) => {
    if (state === "landed") return bytes;
    return state === "landing" ? bytesDone : 0;
  });
  return (
    shares.inspect * share(inspected, batch.bytes) +
    shares.check * share(toSum(checked)) +
    shares.land * share(toSum(landed))
  );
}

function toSum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
