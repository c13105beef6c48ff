import type { CertificateState } from "./certificate-state.ts";
import type { IotCertificate } from "./iot-control.ts";
import type { Attempt, SettleDeps } from "./settlement.ts";
import type { Timing } from "./timing.ts";

/**
 * It was registered, without a CA, while Muster was at just that.
 *
 * Somebody else who registers the same certificate in these very seconds cannot be told apart.
 */
export function isRegisteredByMuster(
  { createdAt, caCertificateId }: IotCertificate,
  state: CertificateState | undefined,
  { clockSkewMs, leaseMs }: Timing,
): boolean {
  if (state?.registeringAt === undefined || createdAt === undefined) return false;
  const afterMs = createdAt.getTime() - Date.parse(state.registeringAt);
  return caCertificateId === undefined && afterMs >= -clockSkewMs && afterMs <= leaseMs;
}

/**
 * Muster was to register it, and finds it in AWS IoT by somebody else's hand: another team's, another
 * tool's. One that waits for activation under a CA of this deployment is not: its device has connected.
 */
export async function isOthers(
  deps: SettleDeps,
  { request, record }: Pick<Attempt, "request" | "record">,
  described: IotCertificate,
): Promise<boolean> {
  const { state } = record;
  const isUnheardOf = state === undefined || isGone(state);
  const isToBeRegistered =
    state?.registeringAt !== undefined || (isUnheardOf && request.register !== undefined);
  if (!isToBeRegistered || request.caCertificateId !== undefined) return false;
  if (isRegisteredByMuster(described, state, deps.timing)) return false;
  const { status, caCertificateId } = described;
  if (status !== "PENDING_ACTIVATION" || caCertificateId === undefined) return true;
  return !(await deps.isOwnCa(caCertificateId, request.signal));
}

/** AWS IoT did not know it when Muster last looked. */
export function isGone({ findings }: Pick<CertificateState, "findings">): boolean {
  return findings.some(({ code }) => code === "CERTIFICATE_NOT_IN_IOT");
}

/** It was left to somebody else, until an operator's word on it hands it over. */
export function isLeftToOthers({ findings }: Pick<CertificateState, "findings">): boolean {
  return findings.some(({ code }) => code === "REGISTERED_BY_OTHERS");
}
