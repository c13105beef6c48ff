import { MusterError } from "../../rules/errors.ts";
import type { CertificateState, ReadCertificateRecord } from "../certificate-state.ts";
import { isGone } from "../registered-by.ts";
import type { SettleCertificate, Settlement } from "../settlement.ts";
import { isInFlight, type Timing } from "../timing.ts";

export interface PreregisterCertificateDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly settleCertificate: SettleCertificate;
  readonly now: () => Date;
  readonly timing: Timing;
}

/**
 * Brings a certificate of the ledger into AWS IoT before its device ever connects: registered INACTIVE,
 * then let in as after a first connect. What the ledger or an operator has against it keeps it out, and
 * one that somebody else registered is left alone.
 *
 * May be called at any time, any number of times and at once.
 *
 * @throws MusterError ATTEMPT_IN_PROGRESS, and as `SettleCertificate`, when it has to be tried again later.
 */
export type PreregisterCertificate = (
  certificateId: string,
  signal: AbortSignal,
) => Promise<Settlement>;

/** Builds the use case. */
export function createPreregisterCertificate({
  readRecord,
  settleCertificate,
  now,
  timing,
}: PreregisterCertificateDeps): PreregisterCertificate {
  return async (certificateId, signal) => {
    const record = await readRecord(certificateId, signal);
    const { state } = record;
    if (isInFlight(state, now(), timing)) {
      throw new MusterError("ATTEMPT_IN_PROGRESS", "This certificate is being worked on.");
    }
    const request = { certificateId, signal, record, onlyIfChanged: true };
    if (state === undefined) return settleCertificate({ ...request, register: "absent" });
    if (isRefused(state))
      return { status: "quarantined", findings: state.findings, changed: false };
    return settleCertificate({
      ...request,
      ...(isToBeRegistered(state, true) && { register: "if-absent" }),
    });
  };
}

/**
 * What a dead attempt may have registered, or AWS IoT did not know.
 *
 * @param preregister whether certificates like it are registered in advance.
 */
export function isToBeRegistered(
  state: CertificateState,
  preregister: boolean | undefined = state.preregister,
): boolean {
  return state.registeringAt !== undefined || (preregister === true && isGone(state));
}

/** AWS IoT would say the same again. */
function isRefused({ findings }: CertificateState): boolean {
  return findings.some(({ code }) => code === "REFUSED_BY_IOT");
}
