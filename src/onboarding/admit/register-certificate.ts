import type { IotCertificate } from "../iot-control.ts";
import type { SettleDeps, SettleRequest } from "../settlement.ts";

/**
 * Registers a certificate INACTIVE, after the intent was recorded.
 *
 * @returns the certificate as AWS IoT holds it, whoever has registered it; undefined when it was deleted
 *   at the same moment; `refused` when AWS IoT does not take it.
 */
export async function registerCertificate(
  { iot, now }: Pick<SettleDeps, "iot" | "now">,
  { certificateId, signal }: Pick<SettleRequest, "certificateId" | "signal">,
  certificate: Uint8Array,
): Promise<IotCertificate | "refused" | undefined> {
  const registered = await iot.registerCertificate(certificate, signal);
  if (registered === "refused") return registered;
  if (registered === "there") return iot.describeCertificate(certificateId, signal);
  const at = now();
  const { certificateArn } = registered;
  return { status: "INACTIVE", certificate, certificateArn, createdAt: at, lastModifiedAt: at };
}
