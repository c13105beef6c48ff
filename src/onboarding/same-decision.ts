import type { Finding, ReasonCode } from "../rules/decision/reason-codes.ts";
import type { CertificateState } from "./certificate-state.ts";

type Findings = readonly Finding[];

/** The decision on record is the one just made. What AWS IoT said is not the ledger's to repeat. */
export function isSameDecision(state: CertificateState | undefined, findings: Findings): boolean {
  if (state?.status !== "quarantined" && state?.status !== "rejected") return false;
  return sameCodes(state.findings.filter(isOfLedger), findings.filter(isOfLedger));
}

const saidByIot: ReadonlySet<ReasonCode> = new Set(["REVOKED_IN_IOT", "CERTIFICATE_NOT_IN_IOT"]);

function isOfLedger({ code }: Finding): boolean {
  return !saidByIot.has(code);
}

function sameCodes(one: Findings, other: Findings): boolean {
  const codes = (findings: Findings) => new Set(findings.map(({ code }) => code));
  return codes(one).symmetricDifference(codes(other)).size === 0;
}

/**
 * A new attempt that failed as the last one did: the chain tells decisions, not tries. What a dead
 * attempt was about to record is no decision on record yet.
 */
export function repeatsItself(state: CertificateState | undefined, findings: Findings): boolean {
  if (state === undefined || state.status === "parking" || state.status === "admitted")
    return false;
  return state.findings.length > 0 && sameCodes(state.findings, findings);
}
