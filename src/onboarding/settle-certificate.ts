import { decide } from "../rules/decision/decide.ts";
import { MusterError } from "../rules/errors.ts";
import { admitCertificate } from "./admit/admit-certificate.ts";
import type { CertificateRecord } from "./certificate-state.ts";
import { gatherFacts } from "./gather-facts.ts";
import { parkCertificate } from "./park/park-certificate.ts";
import { isLeftToOthers } from "./registered-by.ts";
import { isSameDecision } from "./same-decision.ts";
import type {
  Again,
  Attempt,
  SettleCertificate,
  SettleDeps,
  Settlement,
  SettleRequest,
  StepResult,
} from "./settlement.ts";
import { isInFlight } from "./timing.ts";

const maxRounds = 5;

/** Builds the use case. */
export function createSettleCertificate(deps: SettleDeps): SettleCertificate {
  return async (request) => {
    let step = await settleOnce(deps, request, request);
    for (let round = 1; round < maxRounds && "done" in step; round += 1) {
      const record = await deps.readRecord(request.certificateId, request.signal);
      if (step.done === "activated" && record.state?.status === "admitted") {
        return asItStands(record);
      }
      if (isSomebodyElsesTurn(record, step, deps)) {
        throw new MusterError("ATTEMPT_OVERTAKEN", "Another attempt is at this certificate.");
      }
      // What another attempt settled meanwhile stands, unless AWS IoT was told otherwise since.
      const onlyIfChanged = step.done === "nothing";
      // What was not in AWS IoT at first may be by now.
      const register = request.register && { register: "if-absent" as const };
      const next = { ...request, ...register, onlyIfChanged };
      step = await settleOnce(deps, next, { record: own(record, step) });
    }
    if ("done" in step) {
      throw new MusterError("STATE_CHANGED", "The certificate's record kept changing; try again.");
    }
    return step;
  };
}

/**
 * Another attempt is under way, which ends the matter. Not so once this one has told AWS IoT the
 * opposite of what the other is about: its word may have come first.
 */
function isSomebodyElsesTurn(
  { state, revision }: CertificateRecord,
  again: Again,
  { now, timing }: SettleDeps,
): boolean {
  if (revision === again.revision || !isInFlight(state, now(), timing)) return false;
  if (again.done === "deactivated") return false;
  if (state?.status === "onboarding") return state.attempt !== again.attempt;
  return again.done === "nothing";
}

/** An INACTIVE that this attempt has set is Muster's, though the record could not say so any more. */
function own(record: CertificateRecord, { done, at }: Again): CertificateRecord {
  if (done !== "deactivated" || at === undefined || record.state === undefined) return record;
  return { ...record, state: { ...record.state, parkedAt: at } };
}

async function settleOnce(
  deps: SettleDeps,
  request: SettleRequest,
  seen: Pick<SettleRequest, "record" | "described">,
): Promise<StepResult> {
  // Whatever time the caller has: an attempt must be over before another one may begin.
  const limit = AbortSignal.timeout(deps.timing.attemptMs);
  const signal = AbortSignal.any([request.signal, limit]);
  try {
    return await decideAndAct(deps, { ...request, signal }, seen);
  } catch (error) {
    if (!limit.aborted || error instanceof MusterError) throw error;
    throw new MusterError("DEADLINE_EXCEEDED", "The attempt took too long; it is made anew.", {
      cause: error,
    });
  }
}

async function decideAndAct(
  deps: SettleDeps,
  request: SettleRequest,
  seen: Pick<SettleRequest, "record" | "described">,
): Promise<StepResult> {
  const startedAt = deps.now();
  const record = seen.record ?? (await deps.readRecord(request.certificateId, request.signal));
  if (record.state && isLeftToOthers(record.state) && request.caCertificateId === undefined) {
    return asItStands(record);
  }
  const known = await gatherFacts(deps, request, record, seen.described);
  const decision = decide(known.facts, known.profile, startedAt);
  const { described, certificate } = known;
  const attempt: Attempt = {
    request,
    record,
    startedAt,
    ...(described && { described }),
    ...(certificate && { certificate }),
  };
  if (decision.outcome === "admit") {
    if (record.state?.status === "admitted" && request.onlyIfChanged) return asItStands(record);
    const absent = await findAbsent(deps, attempt, known.facts.entry?.certificate);
    return admitCertificate(deps, { ...attempt, ...absent }, decision);
  }
  if (request.onlyIfChanged && isSameDecision(record.state, decision.findings))
    return asItStands(record);
  return parkCertificate(mayBeActive(record) ? deps : yielding(deps), attempt, decision);
}

/** @returns what is to be registered, or how AWS IoT describes what needs no registration. */
async function findAbsent(
  deps: SettleDeps,
  { request, described: seen }: Attempt,
  certificate: Uint8Array | undefined,
): Promise<Pick<Attempt, "described" | "toRegister">> {
  const { register, certificateId, signal } = request;
  if (seen !== undefined || register === undefined || certificate === undefined) return {};
  if (register === "absent") return { toRegister: certificate };
  const described = await deps.iot.describeCertificate(certificateId, signal);
  return described ? { described } : { toRegister: certificate };
}

/** By Muster's hand: then to put it out cannot wait. */
function mayBeActive({ state }: CertificateRecord): boolean {
  return state?.status === "admitted" || state?.status === "onboarding";
}

function yielding(deps: SettleDeps): SettleDeps {
  return { ...deps, iot: deps.yieldingIot };
}

function asItStands({ state }: CertificateRecord): Settlement {
  const status =
    state?.status === "admitted" || state?.status === "rejected" ? state.status : "quarantined";
  return {
    status,
    findings: state?.findings ?? [],
    ...(status === "admitted" && state?.thingName !== undefined && { thingName: state.thingName }),
    changed: false,
  };
}
