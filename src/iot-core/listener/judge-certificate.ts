import type { X509Certificate } from "node:crypto";
import { checkAcceptable } from "../certificates/check-acceptable.ts";
import type { CertificateStatus } from "../model.ts";
import { certificateIdOf } from "../registry/certificate-id.ts";
import type { ConnectOutcome } from "./connection-attempt.ts";
import { createFindIssuingCa } from "./find-issuing-ca.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { toRegisteredEvent } from "./reserved-events.ts";

export interface Refusal {
  readonly outcome: Exclude<ConnectOutcome, "ACCEPTED">;
  readonly detail?: string;
}

/**
 * Tells why a certificate may not connect; undefined when it is ACTIVE and valid. Registers an
 * unknown one where AWS IoT would, and publishes the event of each attempt while it waits.
 */
export type JudgeCertificate = (
  certificate: X509Certificate,
  tlsVersion: string | undefined,
) => Refusal | undefined;

type JudgeCertificateDeps = Pick<
  ListenerDeps,
  | "caCertificates"
  | "findCertificate"
  | "identity"
  | "now"
  | "publishEvent"
  | "quotas"
  | "registerAtConnect"
  | "transaction"
>;

const statusOutcomes = {
  ACTIVE: undefined,
  INACTIVE: "CERTIFICATE_INACTIVE",
  PENDING_ACTIVATION: "PENDING_ACTIVATION",
  REVOKED: "CERTIFICATE_REVOKED",
} as const satisfies Record<CertificateStatus, ConnectOutcome | undefined>;

export function createJudgeCertificate(deps: JudgeCertificateDeps): JudgeCertificate {
  const { accountId } = deps.identity;
  const findIssuingCa = createFindIssuingCa(deps.caCertificates);

  const register = (certificate: X509Certificate, now: Date): Refusal => {
    const issuer = findIssuingCa(certificate);
    if ("refusal" in issuer)
      return { outcome: issuer.refusal, detail: oneLine(certificate.issuer) };
    const fault = checkAcceptable(certificate, now);
    if (fault !== undefined) return { outcome: "CERTIFICATE_NOT_ACCEPTED", detail: fault };
    if (deps.quotas?.take("CertificateRegistration") === false) {
      return { outcome: "REGISTRATION_THROTTLED" };
    }
    const { caCertificateId } = issuer;
    const certificatePem = certificate.toString();
    // Whatever ends the process, there is no certificate without its event.
    deps.transaction(() => {
      const registered = deps.registerAtConnect({ certificatePem, caCertificateId, now });
      deps.publishEvent(toRegisteredEvent(registered, { accountId, isFirst: true, now }));
    });
    return { outcome: "REGISTERED" };
  };

  return (certificate, tlsVersion) => {
    const now = deps.now();
    if (now < certificate.validFromDate) return { outcome: "CERTIFICATE_NOT_YET_VALID" };
    if (now > certificate.validToDate) return { outcome: "CERTIFICATE_EXPIRED" };
    if (certificate.publicKey.asymmetricKeyType === "rsa-pss" && tlsVersion !== "TLSv1.3") {
      return { outcome: "CERTIFICATE_NOT_ACCEPTED", detail: "RSASSA-PSS keys need TLS 1.3" };
    }
    const known = deps.findCertificate(certificateIdOf(certificate));
    if (known === undefined) return register(certificate, now);
    if (known.status === "PENDING_ACTIVATION") {
      deps.publishEvent(toRegisteredEvent(known, { accountId, isFirst: false, now }));
    }
    const outcome = statusOutcomes[known.status];
    return outcome && { outcome };
  };
}

/** A certificate need not name its issuer; Node then gives none, whatever its types say. */
function oneLine(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ",");
}
