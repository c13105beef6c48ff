import { toCertificateFacts } from "../rules/certificate/to-certificate-facts.ts";
import { type DecisionFacts, decide } from "../rules/decision/decide.ts";
import { chooseEntry } from "../rules/decision/ledger.ts";
import { MusterError } from "../rules/errors.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";
import { admitCertificate } from "./admit/admit-certificate.ts";
import type { CertificateRecord, CertificateState } from "./certificate-state.ts";
import type { IotCertificate } from "./iot-control.ts";
import { isSameDecision, parkCertificate } from "./park/park-certificate.ts";
import type {
  Again,
  Attempt,
  CertificateIdentity,
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
    for (let round = 1; round < maxRounds && "again" in step; round += 1) {
      const record = await deps.readRecord(request.certificateId, request.signal);
      const overtaken = step.again === "overtaken";
      if (overtaken && record.state?.status === "admitted") return asItStands(record);
      if (isSomebodyElsesTurn(record.state, step, deps)) {
        throw new MusterError("ATTEMPT_OVERTAKEN", "Another attempt is at this certificate.");
      }
      // What another attempt settled meanwhile stands, unless this one may have activated it since.
      step = await settleOnce(deps, { ...request, onlyIfChanged: !overtaken }, { record });
    }
    if ("again" in step) {
      throw new MusterError("STATE_CHANGED", "The certificate's record kept changing; try again.");
    }
    return step;
  };
}

/**
 * Another attempt is under way, which ends the matter. One that parks does not, once the certificate
 * may have been activated here: its INACTIVE may have come first.
 */
function isSomebodyElsesTurn(
  state: CertificateState | undefined,
  { again, attempt }: Again,
  { now, timing }: SettleDeps,
): boolean {
  if (state === undefined || !isInFlight(state, now(), timing)) return false;
  if (state.status === "onboarding") return state.attempt !== attempt;
  return again === "changed";
}

async function settleOnce(
  deps: SettleDeps,
  request: SettleRequest,
  seen: Pick<SettleRequest, "record" | "described">,
): Promise<StepResult> {
  const startedAt = deps.now();
  const record = seen.record ?? (await deps.readRecord(request.certificateId, request.signal));
  const { facts, profile, described } = await gatherFacts(
    deps,
    record,
    request.signal,
    seen.described,
  );
  const decision = decide(facts, profile, startedAt);
  const attempt: Attempt = { request, record, startedAt, ...(described && { described }) };
  if (decision.outcome === "admit") {
    if (record.state?.status === "admitted" && request.onlyIfChanged) return asItStands(record);
    return admitCertificate(deps, attempt, decision);
  }
  if (request.onlyIfChanged && isSameDecision(record.state, decision)) return asItStands(record);
  return parkCertificate(deps, attempt, decision);
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

/** Entries that name the device otherwise need the certificate first, so they cost two reads more. */
async function gatherFacts(
  deps: SettleDeps,
  record: CertificateRecord,
  signal: AbortSignal,
  seen: IotCertificate | undefined,
): Promise<{
  readonly facts: DecisionFacts;
  readonly profile?: AppliedProfile;
  readonly described?: IotCertificate;
}> {
  const { certificateId, hold } = record;
  let { entries, revocations } = record;
  let described = seen;
  if (entries.length === 0) {
    described ??= await deps.iot.describeCertificate(certificateId, signal);
    const identity = described && identityOf(described.certificate);
    if (identity) {
      const found = await deps.readEntriesByIdentity(identity, signal);
      entries = found.entries;
      revocations = [...revocations, ...found.revocations];
    }
  }
  const entry = chooseEntry(entries);
  const background = entry ? await deps.readBackground(entry, signal) : {};
  const certificate = entry?.certificate ?? described?.certificate;
  return {
    facts: {
      certificateId,
      entries,
      revocations,
      ...(hold && { hold }),
      ...(certificate && { certificate }),
      ...(entry && { entry }),
      ...(background.manufacturer && { manufacturer: background.manufacturer }),
      ...(background.batch && { batch: background.batch }),
    },
    ...(background.profile && { profile: background.profile }),
    ...(described && { described }),
  };
}

function identityOf(certificate: Uint8Array): CertificateIdentity | undefined {
  try {
    return toCertificateFacts(certificate);
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}
