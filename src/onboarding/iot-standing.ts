import type { Hold } from "../rules/decision/ledger.ts";
import type { Finding } from "../rules/decision/reason-codes.ts";
import type { CertificateState } from "./certificate-state.ts";
import type { IotCertificate } from "./iot-control.ts";
import { isRegisteredByMuster } from "./registered-by.ts";
import type { SettleDeps } from "./settlement.ts";
import type { Timing } from "./timing.ts";

/**
 * The certificate's INACTIVE is what Muster itself did and recorded, and nobody touched it since.
 *
 * While the state says `parking`, a crash may have come before the time of the act was recorded: it
 * lies within the lease of that attempt.
 */
export function isInactiveByMuster(
  described: IotCertificate,
  state: CertificateState | undefined,
  timing: Timing,
): boolean {
  const { status, lastModifiedAt } = described;
  const { clockSkewMs, leaseMs } = timing;
  if (status !== "INACTIVE" || state === undefined) return false;
  if (isAsRegisteredByMuster(described, state, timing)) return true;
  const latest =
    state.status === "parking"
      ? Date.parse(state.since) + leaseMs
      : Date.parse(state.parkedAt ?? "") + clockSkewMs;
  if (Number.isNaN(latest)) return false;
  return lastModifiedAt === undefined || lastModifiedAt.getTime() <= latest;
}

/** Registered INACTIVE by Muster, and nobody touched it since. */
function isAsRegisteredByMuster(
  described: IotCertificate,
  state: CertificateState | undefined,
  timing: Timing,
): boolean {
  if (!isRegisteredByMuster(described, state, timing)) return false;
  const { createdAt, lastModifiedAt } = described;
  if (createdAt === undefined || lastModifiedAt === undefined) return false;
  return lastModifiedAt.getTime() <= createdAt.getTime() + timing.clockSkewMs;
}

/** When Muster's own INACTIVE took effect; an attempt that died before recording it was at it then. */
export function inactiveSince(
  described: IotCertificate,
  state: CertificateState | undefined,
  timing: Timing,
): string | undefined {
  const { lastModifiedAt } = described;
  if (isAsRegisteredByMuster(described, state, timing)) return lastModifiedAt?.toISOString();
  if (state?.status !== "parking") return state?.parkedAt;
  const since = Date.parse(state.since);
  return new Date(Math.max(since, lastModifiedAt?.getTime() ?? since)).toISOString();
}

/** What AWS IoT's own word adds: nothing while the certificate is INACTIVE by Muster's act. */
export function foundInIot(
  described: IotCertificate | undefined,
  state: CertificateState | undefined,
  deps: SettleDeps,
): { readonly findings: readonly Finding[]; readonly hold?: Hold } {
  if (described === undefined) {
    return {
      findings: [{ code: "CERTIFICATE_NOT_IN_IOT", detail: "AWS IoT knows no such certificate." }],
    };
  }
  if (isInactiveByMuster(described, state, deps.timing)) return { findings: [] };
  const at = deps.now().toISOString();
  const reason = `${described.status} was set in AWS IoT, outside Muster`;
  const held: Finding = { code: "HELD", detail: `${reason}; seen on ${at}.` };
  const hold: Hold = { source: "iot", reason, by: "iot", at };
  if (described.status !== "REVOKED") return { findings: [held], hold };
  return {
    findings: [{ code: "REVOKED_IN_IOT", detail: `Seen on ${at}.` }, held],
    hold,
  };
}
