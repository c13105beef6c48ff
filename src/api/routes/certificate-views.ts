import type { CertificateRecord, CertificateState } from "../../onboarding/certificate-state.ts";
import { reasons } from "../../rules/decision/reason-codes.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";

/**
 * What a caller may see of a certificate's record.
 *
 * A manufacturer sees what it said itself, and what became of that; whether others claim the same
 * certificate, and what operators say about it, is not its to know.
 *
 * @returns undefined when there is nothing to see.
 */
export function toVisible(
  record: CertificateRecord,
  caller: Caller,
): CertificateRecord | undefined {
  const { entries, revocations, hold, state } = record;
  if (caller.role !== "manufacturer") {
    return entries.length + revocations.length > 0 || hold || state ? record : undefined;
  }
  const own = entries.filter(({ manufacturer }) => manufacturer === caller.manufacturer);
  if (own.length === 0) return undefined;
  const { hold: _, state: __, ...rest } = record;
  return {
    ...rest,
    entries: own,
    revocations: revocations.map(({ at }) => ({ manufacturer: "", reason: "", by: "", at })),
    ...(hold && { hold: { source: hold.source, reason: "", by: "", at: hold.at } }),
    ...(state && { state: toVisibleState(state, caller.manufacturer) }),
  };
}

/** Details of findings name other devices and tenants. */
function toVisibleState(state: CertificateState, manufacturer: string): CertificateState {
  const findings = state.findings.map(({ code }) => ({ code, detail: "" }));
  if (state.manufacturer === manufacturer) return { ...state, findings };
  const { status, attempt, since } = state;
  return { status, attempt, since, findings };
}

/** The same of what does not exist and of what is somebody else's. */
export function certificateUnknown(certificateId: string): MusterError {
  return new MusterError(
    "CERTIFICATE_UNKNOWN",
    `Certificate ${certificateId} is in no ledger entry and never connected.`,
  );
}

export function toCertificateView(record: CertificateRecord) {
  const { certificateId, entries, hold, revocations, state } = record;
  return {
    certificateId,
    state: state ? toStateView(state) : null,
    entries: entries.map(toEntryView),
    hold: hold ? { source: hold.source, ...toWord(hold) } : null,
    revocations: revocations.map(toWord),
  };
}

/** Without the bytes of certificates. */
function toEntryView(entry: CertificateRecord["entries"][number]) {
  const { certificate: _, chain: __, ...rest } = entry;
  return rest;
}

function toStateView(state: CertificateState) {
  const { status, since, attempt, findings, ...more } = state;
  const { thingName, profile, profileVersion, batch, caCertificateId } = more;
  return {
    status,
    since,
    attempts: attempt,
    codes: findings.map(({ code }) => code),
    ...(thingName !== undefined && { thingName }),
    ...(profile !== undefined && { profile }),
    ...(profileVersion !== undefined && { profileVersion }),
    ...(batch !== undefined && { batch }),
    ...(caCertificateId !== undefined && { caCertificateId }),
  };
}

function toWord({ reason, by, at }: { readonly reason: string; by: string; at: string }) {
  return { ...(reason !== "" && { reason }), ...(by !== "" && { by }), at };
}

/** Says why a device is or is not online, and what helps. */
export function toExplanation(record: CertificateRecord) {
  const { certificateId, state } = record;
  const findings = state && state.status !== "admitted" ? state.findings : [];
  return {
    certificateId,
    standing: state?.status ?? ("not-connected" as const),
    summary: toSummary(record),
    reasons: findings.map(({ code, detail }) => {
      const { outcome, meaning, remedy } = reasons[code];
      return { code, outcome, meaning, ...(detail !== "" && { detail }), remedy };
    }),
  };
}

function toSummary({ state, hold, revocations, entries }: CertificateRecord): string {
  if (state?.status === "quarantined" && hold) return "It is out until an operator releases it.";
  if (state) return summaries[state.status];
  if (hold || revocations.length > 0) return "It has not connected yet; it will be kept out.";
  return entries.length > 0
    ? "It has not connected yet; its first connect is judged by the ledger."
    : "It has not connected yet.";
}

const summaries: Readonly<Record<CertificateState["status"], string>> = {
  admitted: "It is in: the device can connect.",
  onboarding: "It is being let in just now.",
  parking: "It is being put out just now.",
  quarantined: "It is out until the reasons are cured; Muster looks again by itself.",
  rejected: "It is out for good, unless an operator releases it.",
};
