import type { Subject } from "../../access/subjects.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import type { MusterErrorCode } from "../../rules/errors.ts";
import { toEntityTag } from "../entity-tag.ts";
import type { RouteAnswer } from "../route.ts";
import { manufacturerSchema } from "../schemas/operator.ts";
import { manufacturerUnknown } from "./check-own.ts";

export const taggedManufacturer = {
  description: "The manufacturer.",
  body: manufacturerSchema,
  headers: { etag: "For `if-match`." },
};

/** Of whatever makes a CA one that a manufacturer issues from. */
export const addIssuerProblems = [
  "MANUFACTURER_UNKNOWN",
  "MANUFACTURER_INVALID",
  "CA_INVALID",
  "CA_CONFLICT",
  "CERTIFICATE_UNREADABLE",
  "PRIVATE_KEY_REFUSED",
  "STATE_CHANGED",
] as const satisfies readonly MusterErrorCode[];

export function toManufacturerAnswer(
  id: string,
  { value, revision }: Subject<Manufacturer>,
): RouteAnswer {
  if (value === undefined) throw manufacturerUnknown(id);
  const headers = { etag: toEntityTag(revision) };
  return { status: 200, body: toManufacturerView(value), headers };
}

export function toManufacturerView(manufacturer: Manufacturer) {
  const { id, name, status, issuers, sharedIssuers = [], signers = [] } = manufacturer;
  return {
    id,
    name,
    status,
    issuers: issuers.map((der) => {
      const { certificateId: caCertificateId, subject, notAfter } = toCertificateFacts(der);
      const shared = sharedIssuers.includes(caCertificateId);
      return { caCertificateId, subject, notAfter: notAfter.toISOString(), shared };
    }),
    signers: signers.map(toCertificateId),
  };
}
