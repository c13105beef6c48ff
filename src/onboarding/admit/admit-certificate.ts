import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Admission, Decision } from "../../rules/decision/decide.ts";
import type { Finding } from "../../rules/decision/reason-codes.ts";
import { toCertificateEvidence } from "../certificate-evidence.ts";
import type { CertificateRecord, CertificateState, ChangeResult } from "../certificate-state.ts";
import type { IotCertificate } from "../iot-control.ts";
import { isInactiveByMuster, parkCertificate } from "../park/park-certificate.ts";
import type { Attempt, SettleDeps, StepResult } from "../settlement.ts";

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
  const [claimed, described] = await Promise.all([
    claim(deps, attempt, decision),
    attempt.described ?? deps.iot.describeCertificate(certificateId, signal),
  ]);
  if (claimed.change.result !== "written")
    return refuseClaim(deps, attempt, decision, claimed.change);
  const record: CertificateRecord = { ...attempt.record, ...claimed.change, state: claimed.state };
  const own: Attempt = { ...attempt, record, ...(described && { described }) };
  const park = (...findings: readonly Finding[]) =>
    parkCertificate(deps, own, {
      findings,
      certificate: decision.certificate,
      release: findings.some(({ code }) => code === "THING_NAME_TAKEN"),
    });

  if (!described || !mayActivate(described, claimed.state, deps)) return park();
  if (toCertificateId(described.certificate) !== certificateId) {
    return park({
      code: "CERTIFICATE_UNREADABLE",
      detail: "AWS IoT's PEM is another certificate's.",
    });
  }
  const missing = await equip(deps, own, decision.admission, described.certificateArn);
  if (missing) return park(missing);

  if (deps.now().getTime() - attempt.startedAt.getTime() > deps.timing.describeMaxAgeMs) {
    const again = await deps.iot.describeCertificate(certificateId, signal);
    if (!again || !mayActivate(again, claimed.state, deps)) {
      return parkCertificate(
        deps,
        { ...own, ...(again && { described: again }) },
        { findings: [], certificate: decision.certificate },
      );
    }
  }
  const activated = await deps.iot.updateCertificate(certificateId, "ACTIVE", signal);
  const { attempt: number } = claimed.state;
  if (activated !== "done") return { again: "changed", attempt: number };
  return finish(deps, own, decision, claimed.state, described.status);
}

async function claim(
  { changeCertificate, now }: SettleDeps,
  { request, record, described }: Attempt,
  { admission }: Admit,
): Promise<{ readonly state: CertificateState; readonly change: ChangeResult }> {
  const { thingName, publicKeySha256, manufacturer, batch, profile, profileVersion } = admission;
  const { recheckAt: _, ...before } = record.state ?? { findings: [] };
  const ca = request.caCertificateId ?? described?.caCertificateId;
  const state: CertificateState = {
    ...before,
    ...(record.state?.status === "parking" && { parkedAt: record.state.since }),
    ...(ca !== undefined && { caCertificateId: ca }),
    ...{ thingName, publicKeySha256, manufacturer, batch, profile, profileVersion },
    status: "onboarding",
    attempt: (record.state?.attempt ?? 0) + 1,
    since: now().toISOString(),
  };
  const change = await changeCertificate(
    {
      certificateId: request.certificateId,
      expected: record,
      state,
      reserve: { thingName, publicKeySha256 },
    },
    request.signal,
  );
  return { state, change };
}

function refuseClaim(
  deps: SettleDeps,
  attempt: Attempt,
  { certificate, admission }: Admit,
  refused: Exclude<ChangeResult, { result: "written" }>,
): StepResult | Promise<StepResult> {
  if (refused.result === "state-changed") {
    return { again: "changed", attempt: attempt.record.state?.attempt ?? 0 };
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

/** Makes thing, principal, policy and groups; says what is missing or in the way. */
async function equip(
  { iot }: SettleDeps,
  { request: { certificateId, signal } }: Attempt,
  { thingName, thingType, attributes, groups, policyName, policyByGroup }: Admission,
  certificateArn: string,
): Promise<Finding | undefined> {
  const thing = { thingName, attributes, ...(thingType !== undefined && { thingType }) };
  let created = await iot.createThing(thing, signal);
  if (created === "conflict") {
    const found = await iot.describeThing(thingName, signal);
    if (found && found["certificateId"] !== certificateId) {
      return {
        code: "THING_NAME_TAKEN",
        detail: `A thing "${thingName}" of another origin exists.`,
      };
    }
    created = found ? await iot.updateThing(thing, signal) : await iot.createThing(thing, signal);
  }
  if (created !== "done") {
    return { code: "PROFILE_NOT_APPLIED", detail: `Thing type "${thingType ?? ""}" is not there.` };
  }
  const [policy, , ...joined] = await Promise.all([
    policyByGroup ? "done" : iot.attachPolicy(policyName, certificateArn, signal),
    iot.attachThingPrincipal(thingName, certificateArn, signal),
    ...groups.map((group) => iot.addThingToThingGroup(thingName, group, signal)),
  ]);
  if (policy !== "done") {
    return { code: "PROFILE_NOT_APPLIED", detail: `Policy "${policyName}" is not there.` };
  }
  const absent = groups.filter((_, index) => joined[index] !== "done");
  if (absent.length === 0) return undefined;
  return { code: "PROFILE_NOT_APPLIED", detail: `Thing group ${absent.join(", ")} is not there.` };
}

async function finish(
  deps: SettleDeps,
  { request, record }: Attempt,
  { admission, certificate }: Admit,
  claimed: CertificateState,
  iotStatus: IotCertificate["status"],
): Promise<StepResult> {
  const at = deps.now().toISOString();
  const { parkedAt: _, ...state } = claimed;
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
  if (written.result !== "written") return { again: "overtaken", attempt: claimed.attempt };
  return { status: "admitted", findings: [], thingName: admission.thingName, changed: true };
}
