import type { AuditEvent } from "../../rules/audit/audit-record.ts";
import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import type { Hold } from "../../rules/decision/ledger.ts";
import { type Finding, toOutcome } from "../../rules/decision/reason-codes.ts";
import { toCertificateEvidence } from "../certificate-evidence.ts";
import type {
  CertificateChange,
  CertificateRecord,
  CertificateState,
} from "../certificate-state.ts";
import type { IotCertificate } from "../iot-control.ts";
import { foundInIot, inactiveSince } from "../iot-standing.ts";
import { isOthers } from "../registered-by.ts";
import { repeatsItself } from "../same-decision.ts";
import {
  type Again,
  type Attempt,
  type CertificateIdentity,
  checkInTime,
  type SettleDeps,
  type StepResult,
} from "../settlement.ts";

/** Why a certificate stays out, with what is known of it. */
export interface Refusal {
  readonly findings: readonly Finding[];
  readonly certificate?: CertificateFacts | undefined;
  /** Give back the thing name that was reserved: it turned out to be another's. */
  readonly releaseThingName?: boolean;
}

/**
 * Keeps a certificate out: INACTIVE in AWS IoT, the reason on record.
 *
 * The intent is written before AWS IoT is told, so that an INACTIVE found after a crash is known to
 * be Muster's. An INACTIVE or REVOKED that is not becomes a hold and is left alone.
 */
export async function parkCertificate(
  deps: SettleDeps,
  attempt: Attempt,
  refusal: Refusal,
): Promise<StepResult> {
  const { certificateId, signal } = attempt.request;
  const described =
    attempt.described ?? (await deps.iot.describeCertificate(certificateId, signal));
  if (described && (await isOthers(deps, attempt, described))) {
    return leaveToOthers(deps, attempt, refusal, described);
  }
  if (described?.status === "PENDING_ACTIVATION" || described?.status === "ACTIVE") {
    // What kept it out a moment ago is gone.
    if (refusal.findings.length === 0) return tryAgain(attempt.record);
    return deactivate(deps, { ...attempt, described }, refusal);
  }
  const { state, hold } = attempt.record;
  const found = foundInIot(described, state, deps);
  const parkedAt =
    described && found.hold === undefined
      ? inactiveSince(described, state, deps.timing)
      : undefined;
  const codes = new Set(refusal.findings.map(({ code }) => code));
  const added = found.findings.filter(({ code }) => !codes.has(code));
  return settle(
    deps,
    attempt,
    { ...refusal, findings: [...refusal.findings, ...added] },
    {
      ...(parkedAt !== undefined && { parkedAt }),
      ...(found.hold && hold === undefined && { hold: found.hold }),
      ...(described && { iotStatus: described.status }),
    },
  );
}

/** Not a call is made that changes it: that it stays so is on record, until an operator hands it over. */
function leaveToOthers(
  deps: SettleDeps,
  attempt: Attempt,
  refusal: Refusal,
  { status }: IotCertificate,
): Promise<StepResult> {
  const reason = `it was in AWS IoT already, ${status}, and not by Muster`;
  const at = deps.now().toISOString();
  const others: Finding = { code: "REGISTERED_BY_OTHERS", detail: `Seen ${status} on ${at}.` };
  return settle(
    deps,
    attempt,
    { ...refusal, findings: [...refusal.findings, others], releaseThingName: true },
    {
      iotStatus: status,
      isOthers: true,
      ...(attempt.record.hold === undefined && {
        hold: { source: "iot", reason, by: "iot", at },
      }),
    },
  );
}

async function deactivate(
  deps: SettleDeps,
  attempt: Attempt & { readonly described: IotCertificate },
  refusal: Refusal,
): Promise<StepResult> {
  const { record, request, described } = attempt;
  const { certificateId, signal } = request;
  const { parkedAt: _, registeringAt: __, ...before } = record.state ?? {};
  const intent = await deps.changeCertificate(
    {
      certificateId,
      expected: record,
      state: {
        ...before,
        ...known(attempt, refusal),
        status: "parking",
        since: deps.now().toISOString(),
        findings: refusal.findings,
      },
    },
    signal,
  );
  if (intent.result !== "written") return tryAgain(record);
  checkInTime(deps, attempt);
  const updated = await deps.iot.updateCertificate(certificateId, "INACTIVE", signal);
  // It was revoked or deleted between the two calls: look again rather than guess.
  if (updated !== "done") return tryAgain(record, intent.revision);
  const parkedAt = deps.now().toISOString();
  const parking = { ...attempt, record: { ...record, ...intent } };
  const ending = { parkedAt, iotStatus: described.status };
  const step = await settle(deps, parking, refusal, ending);
  // The record has moved on, and AWS IoT has been told: what the record says now has to be made so.
  return "done" in step && step.revision === intent.revision
    ? { ...step, done: "deactivated", at: parkedAt }
    : step;
}

function tryAgain({ state, revision }: CertificateRecord, ownRevision = revision): Again {
  return { done: "nothing", attempt: state?.attempt ?? 0, revision: ownRevision };
}

interface Ending {
  readonly parkedAt?: string;
  readonly hold?: Hold;
  readonly iotStatus?: IotCertificate["status"];
  /** Nothing is to be looked for in AWS IoT later. */
  readonly isOthers?: boolean;
}

async function settle(
  deps: SettleDeps,
  attempt: Attempt,
  refusal: Refusal,
  { parkedAt, hold, iotStatus, isOthers: leave = false }: Ending,
): Promise<StepResult> {
  const { record, request } = attempt;
  const { certificateId, signal } = request;
  const now = deps.now();
  const { parkedAt: _, recheckAt: __, registeringAt: ___, ...before } = record.state ?? {};
  const status = toOutcome(refusal.findings) === "reject" ? "rejected" : "quarantined";
  const state: CertificateState = {
    ...before,
    ...known(attempt, refusal),
    status,
    since: now.toISOString(),
    findings: refusal.findings,
    ...(parkedAt !== undefined && { parkedAt }),
    // An attempt that was in flight may activate it once more after this.
    ...((record.state?.attempt ?? 0) > 0 &&
      !leave && {
        recheckAt: new Date(now.getTime() + deps.timing.leaseMs).toISOString(),
      }),
  };
  const change: CertificateChange = {
    certificateId,
    expected: record,
    state,
    ...(hold && { hold }),
    ...(refusal.releaseThingName &&
      record.state?.thingName !== undefined && { releaseThingName: record.state.thingName }),
    ...(!repeatsItself(record.state, refusal.findings) && {
      audit: toAudit(deps, state, { certificate: attempt.certificate, ...refusal }, iotStatus),
    }),
  };
  const written = await deps.changeCertificate(change, signal);
  if (written.result !== "written") return tryAgain(record);
  // A batch may have landed after the ledger was read and before the state said "out": nothing else
  // would look at this certificate again.
  const after = await deps.readRecord(certificateId, signal);
  if (after.revision !== written.revision || !sameEvidence(record, after)) {
    return tryAgain(record, written.revision);
  }
  return { status, findings: refusal.findings, changed: true };
}

function toAudit(
  { actor, now }: SettleDeps,
  state: CertificateState,
  { findings, certificate }: Refusal,
  iotStatus: IotCertificate["status"] | undefined,
): AuditEvent {
  return {
    action: state.status,
    actor,
    at: now().toISOString(),
    evidence: {
      findings: findings.map(({ code, detail }) => ({ code, detail })),
      ...(iotStatus && { iotStatusBefore: iotStatus }),
      ...(state.caCertificateId && { caCertificateId: state.caCertificateId }),
      ...(certificate && toCertificateEvidence(certificate)),
    },
  };
}

function sameEvidence(before: CertificateRecord, after: CertificateRecord): boolean {
  return (
    before.entries.length === after.entries.length &&
    before.revocations.length === after.revocations.length
  );
}

/** What is known of the certificate by now. */
function known(
  { record, request, described, certificate }: Attempt,
  refusal: Refusal,
): Pick<
  CertificateState,
  "attempt" | "caCertificateId" | "preregister" | keyof CertificateIdentity
> {
  const ca = request.caCertificateId ?? described?.caCertificateId ?? record.state?.caCertificateId;
  const facts = refusal.certificate ?? certificate;
  return {
    attempt: record.state?.attempt ?? 0,
    ...(ca !== undefined && { caCertificateId: ca }),
    ...(request.register && { preregister: true }),
    ...(facts && {
      publicKeySha256: facts.publicKeySha256,
      issuerNameSha256: facts.issuerNameSha256,
      serial: facts.serial,
    }),
  };
}
