import { X509Certificate } from "node:crypto";
import { AwsError } from "../control-plane/aws-error.ts";
import { checkAcceptable, isIssuedBy } from "../control-plane/certificate-checks.ts";
import type { CaCertificate, DeviceCertificate } from "../model.ts";
import type { ConnectionOutcome } from "./connection-attempt.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import type { ClientCertificate } from "./read-client-chain.ts";

/** A refusal, or the ACTIVE certificate. */
export type Judgement =
  | { readonly outcome: ConnectionOutcome; readonly detail?: string }
  | { readonly active: DeviceCertificate };

/** Local clients dial this name; AWS's own endpoint is all that it takes. */
const localAlias = "localhost";

/**
 * Judges a client's certificate at its MQTT CONNECT, and registers it there when it is new and was
 * issued by a CA that registers automatically.
 *
 * A certificate that waits for its activation publishes the registration event at every connect.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html
 */
export function judgeCertificate(
  deps: ListenerDeps,
  leaf: ClientCertificate | undefined,
  serverName: string | undefined,
): Judgement {
  if (leaf === undefined) return { outcome: "CERTIFICATE_MISSING" };
  if (serverName !== undefined && !isOurs(serverName, deps)) {
    return { outcome: "SERVER_NAME_WRONG", detail: `"${serverName}"` };
  }
  const known = deps.findCertificate(leaf.certificateId);
  // Only certificates of a CA in DEFAULT mode are found without a server name.
  if (serverName === undefined && known?.certificateMode !== "DEFAULT") {
    return { outcome: "SERVER_NAME_MISSING" };
  }
  return known ? judgeKnown(deps, leaf, known) : register(deps, leaf);
}

function isOurs(serverName: string, { identity }: ListenerDeps): boolean {
  return serverName.toLowerCase() === identity.endpointAddress || serverName === localAlias;
}

function judgeKnown(
  deps: ListenerDeps,
  { certificate }: ClientCertificate,
  known: DeviceCertificate,
): Judgement {
  const now = deps.now();
  if (now < certificate.validFromDate || now > certificate.validToDate) {
    return { outcome: "CERTIFICATE_EXPIRED" };
  }
  switch (known.status) {
    case "ACTIVE":
      return { active: known };
    case "REVOKED":
      return { outcome: "CERTIFICATE_REVOKED" };
    case "INACTIVE":
      return { outcome: "CERTIFICATE_INACTIVE" };
    default:
      publishRegistered(deps, known, String(known.creationDate.getTime()));
      return { outcome: "PENDING_ACTIVATION" };
  }
}

function register(deps: ListenerDeps, { certificate }: ClientCertificate): Judgement {
  const now = deps.now();
  if (now < certificate.validFromDate || now > certificate.validToDate) {
    return { outcome: "CERTIFICATE_EXPIRED" };
  }
  try {
    checkAcceptable(certificate, now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { outcome: "CERTIFICATE_NOT_ACCEPTED", detail: error.message };
  }
  const issuers = deps
    .caCertificates()
    .filter((ca) => isIssuedBy(certificate, new X509Certificate(ca.certificatePem)));
  const issuer = issuers.find(registersNow);
  if (issuer === undefined) return { outcome: whyNot(issuers) };
  const registered = deps.registerAtConnect({
    certificatePem: certificate.toString(),
    caCertificateId: issuer.certificateId,
    now,
  });
  publishRegistered(deps, registered, null);
  return { outcome: "REGISTERED" };
}

function registersNow({ status, autoRegistrationStatus }: CaCertificate): boolean {
  return status === "ACTIVE" && autoRegistrationStatus === "ENABLE";
}

function whyNot(issuers: readonly CaCertificate[]): ConnectionOutcome {
  if (issuers.length === 0) return "ISSUER_NOT_REGISTERED";
  return issuers.some(({ status }) => status === "ACTIVE")
    ? "AUTO_REGISTRATION_OFF"
    : "ISSUER_INACTIVE";
}

function publishRegistered(
  { identity, now, publishEvent }: ListenerDeps,
  { certificateId, caCertificateId, status }: DeviceCertificate,
  registeredAt: string | null,
): void {
  if (caCertificateId === undefined) return;
  publishEvent({
    topic: `$aws/events/certificates/registered/${caCertificateId}`,
    payload: {
      certificateId,
      caCertificateId,
      timestamp: now().getTime(),
      certificateStatus: status,
      awsAccountId: identity.accountId,
      certificateRegistrationTimestamp: registeredAt,
    },
  });
}
