import type { CertificateStatus } from "../model.ts";
import { AwsError } from "./aws-error.ts";

/** Every status a request may name. */
export const requestedStatuses = [
  "ACTIVE",
  "INACTIVE",
  "REVOKED",
  "PENDING_TRANSFER",
  "REGISTER_INACTIVE",
  "PENDING_ACTIVATION",
] as const;

export type RequestedStatus = (typeof requestedStatuses)[number];

/** The status in which a certificate is registered through the API. */
export function checkRegistrationStatus(status: RequestedStatus): CertificateStatus {
  return checkSettable(status, "register certificate with");
}

/**
 * Checks a change of status asked for through the API.
 *
 * PENDING_ACTIVATION and PENDING_TRANSFER are AWS's own; that both are refused with this error is
 * known for registration and assumed for updates. REVOKED is final, but may be set again.
 */
export function checkTransition(
  current: CertificateStatus,
  requested: RequestedStatus,
): CertificateStatus {
  const next = checkSettable(requested, "change certificate to");
  if (current === "REVOKED" && next !== "REVOKED") {
    throw new AwsError(
      "CertificateStateException",
      `Not allowed to change certificate from REVOKED to ${next} status`,
    );
  }
  return next;
}

function checkSettable(status: RequestedStatus, act: string): CertificateStatus {
  switch (status) {
    case "ACTIVE":
    case "INACTIVE":
    case "REVOKED":
      return status;
    case "REGISTER_INACTIVE":
      throw new AwsError("InvalidRequestException", "The status REGISTER_INACTIVE is deprecated");
    default:
      throw new AwsError("CertificateStateException", `Not allowed to ${act} ${status} status`);
  }
}
