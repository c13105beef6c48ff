import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Decision } from "../../rules/decision/decide.ts";
import type { Finding } from "../../rules/decision/reason-codes.ts";
import { toCertificateEvidence } from "../certificate-evidence.ts";
import type { CertificateRecord, CertificateState, ChangeResult } from "../certificate-state.ts";
import type { IotCertificate } from "../iot-control.ts";
import { isInactiveByMuster } from "../iot-standing.ts";
import { parkCertificate } from "../park/park-certificate.ts";
import { isOthers } from "../registered-by.ts";
import { type Attempt, checkInTime, type SettleDeps, type StepResult } from "../settlement.ts";
import { claimCertificate } from "./claim-certificate.ts";
import { equipCertificate, takeAwayFormer } from "./equip-certificate.ts";
import { registerCertificate } from "./register-certificate.ts";

type Admit = Extract<Decision, { outcome: "admit" }>;

/**
 * Lets a certificate in: thing, principal, policy, then ACTIVE last.
 *
 * Each step can be repeated. The claim makes the attempt the only one under way; finishing is
 * conditional on nothing having changed since, so that a hold, a revocation or a later attempt wins:
 * then the record is read and decided again, and a certificate that must not be active is parked.
 */
export async function admitCertificate(
  deps: SettleDeps,
  attempt: Attempt,
  decision: Admit,
): Promise<StepResult> {
  const { certificateId, signal } = attempt.request;
  const { admission, certificate } = decision;
  const [claim, seen] = await Promise.all([
    claimCertificate(deps, attempt, admission),
    attempt.described ?? (attempt.toRegister ? undefined : describe(deps, attempt)),
  ]);
  if (claim.change.result !== "written") {
    return refuseClaim(deps, withDescribed(attempt, seen), decision, claim.change);
  }
  const record: CertificateRecord = { ...attempt.record, ...claim.change, state: claim.state };
  const described = attempt.toRegister
    ? await registerCertificate(deps, attempt.request, attempt.toRegister)
    : seen;
  const claimed = withDescribed({ ...attempt, record }, described);
  const park = (...findings: readonly Finding[]) => {
    const releaseThingName = findings.some(({ code }) => code === "THING_NAME_TAKEN");
    return parkCertificate(deps, claimed, { findings, certificate, releaseThingName });
  };

  if (described === "refused") return park({ code: "REFUSED_BY_IOT", detail: "Not registered." });
  if (!described || !mayActivate(described, claim.state, deps)) return park();
  if (await isOthers(deps, claimed, described)) return park();
  if (toCertificateId(described.certificate) !== certificateId) {
    const detail = "AWS IoT's PEM is another certificate's.";
    return park({ code: "CERTIFICATE_UNREADABLE", detail });
  }
  const { certificateArn } = described;
  const bearer = { certificateId, certificateArn, signal };
  const missing = await equipCertificate(deps.iot, bearer, admission);
  if (missing) return park(missing);
  await takeAwayFormer(deps.iot, bearer, claim.state.former ?? [], claim.state);
  const stopped = await lookAgain(deps, claimed, claim.state);
  if (stopped) return parkCertificate(deps, stopped, { findings: [], certificate });

  checkInTime(deps, attempt);
  const activated = await deps.iot.updateCertificate(certificateId, "ACTIVE", signal);
  const { attempt: number } = claim.state;
  if (activated !== "done") {
    return { done: "nothing", attempt: number, revision: claim.change.revision };
  }
  return finish(deps, claimed, decision, claim.state, described.status);
}

function describe(
  { iot }: SettleDeps,
  { request: { certificateId, signal } }: Attempt,
): Promise<IotCertificate | undefined> {
  return iot.describeCertificate(certificateId, signal);
}

function withDescribed(attempt: Attempt, described: IotCertificate | "refused" | undefined) {
  return typeof described === "object" ? { ...attempt, described } : attempt;
}

/**
 * Asks AWS IoT once more, when its answer has become old: somebody may have deactivated the
 * certificate meanwhile.
 *
 * @returns the attempt with what was seen, when the certificate must not be activated any more.
 */
async function lookAgain(
  deps: SettleDeps,
  attempt: Attempt,
  state: CertificateState,
): Promise<Attempt | undefined> {
  const age = deps.now().getTime() - attempt.startedAt.getTime();
  if (age <= deps.timing.describeMaxAgeMs) return undefined;
  const { certificateId, signal } = attempt.request;
  const described = await deps.iot.describeCertificate(certificateId, signal);
  if (described && mayActivate(described, state, deps)) return undefined;
  return { ...attempt, ...(described && { described }) };
}

function refuseClaim(
  deps: SettleDeps,
  attempt: Attempt,
  { certificate, admission }: Admit,
  refused: Exclude<ChangeResult, { result: "written" }>,
): StepResult | Promise<StepResult> {
  if (!("by" in refused)) {
    const { state, revision } = attempt.record;
    return { done: "nothing", attempt: state?.attempt ?? 0, revision };
  }
  const finding: Finding =
    refused.result === "thing-name-taken"
      ? {
          code: "THING_NAME_TAKEN",
          detail: `"${admission.thingName}" belongs to certificate ${refused.by}.`,
        }
      : { code: "PUBLIC_KEY_REUSED", detail: `Certificate ${refused.by} has the same key.` };
  return parkCertificate(deps, attempt, { findings: [finding], certificate });
}

/** Only what waits for its first word, or what Muster itself put out, is let in. */
function mayActivate(
  described: IotCertificate,
  state: CertificateState,
  { timing }: SettleDeps,
): boolean {
  const { status } = described;
  if (status === "PENDING_ACTIVATION" || status === "ACTIVE") return true;
  return isInactiveByMuster(described, state, timing);
}

async function finish(
  deps: SettleDeps,
  { request, record }: Attempt,
  { admission, certificate }: Admit,
  claimed: CertificateState,
  iotStatus: IotCertificate["status"],
): Promise<StepResult> {
  const at = deps.now().toISOString();
  const { parkedAt: _, former: __, registeringAt: ___, ...state } = claimed;
  const written = await deps.changeCertificate(
    {
      certificateId: request.certificateId,
      expected: record,
      state: { ...state, status: "admitted", since: at, findings: [] },
      audit: {
        action: "admitted",
        actor: deps.actor,
        at,
        evidence: {
          thingName: admission.thingName,
          policyName: admission.policyName,
          groups: admission.groups,
          manufacturer: admission.manufacturer,
          batch: admission.batch,
          profile: admission.profile,
          profileVersion: admission.profileVersion,
          attempt: claimed.attempt,
          iotStatusBefore: iotStatus,
          ...(state.caCertificateId && { caCertificateId: state.caCertificateId }),
          ...toCertificateEvidence(certificate),
        },
      },
    },
    request.signal,
  );
  if (written.result !== "written") {
    return { done: "activated", attempt: claimed.attempt, revision: record.revision };
  }
  return { status: "admitted", findings: [], thingName: admission.thingName, changed: true };
}
