import type { X509Certificate } from "node:crypto";
import type { PolicyVariables } from "./policy-variables.ts";

/**
 * AWS IoT's names of the attributes, by OpenSSL's.
 * https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
 */
const attributeNames = {
  dnQualifier: "DistinguishedNameQualifier",
  C: "Country",
  O: "Organization",
  OU: "OrganizationalUnit",
  ST: "State",
  CN: "CommonName",
  serialNumber: "SerialNumber",
  title: "Title",
  SN: "Surname",
  GN: "GivenName",
  initials: "Initials",
  pseudonym: "Pseudonym",
  generationQualifier: "GenerationQualifier",
} as const;

const prefixes = ["iot:Certificate.Subject", "iot:Certificate.Issuer"] as const;

/** All of them, without a value: a certificate need not have any. */
export const absentCertificateVariables: PolicyVariables = Object.fromEntries(
  prefixes.flatMap((prefix) =>
    Object.values(attributeNames).map((long) => [`${prefix}.${long}`, undefined]),
  ),
);

/** Returns the policy variables that a client's certificate gives a value. */
export function toCertificateVariables(certificate: X509Certificate): PolicyVariables {
  const { subject, issuer } = certificate.toLegacyObject();
  return {
    ...toNameVariables("iot:Certificate.Subject", { ...subject }),
    ...toNameVariables("iot:Certificate.Issuer", { ...issuer }),
  };
}

/** The first value has the bare name; the one after it ends in `.1`. */
function toNameVariables(prefix: string, name: Readonly<Record<string, unknown>>): PolicyVariables {
  const variables: Record<string, string | undefined> = {};
  for (const [short, long] of Object.entries(attributeNames)) {
    const [first, ...others] = [name[short]].flat();
    variables[`${prefix}.${long}`] = typeof first === "string" ? first : undefined;
    for (const [index, other] of others.entries()) {
      variables[`${prefix}.${long}.${index + 1}`] = String(other);
    }
  }
  return variables;
}
