import type { Finding } from "../decision/reason-codes.ts";
import { MusterError } from "../errors.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { checkCriticalExtensions } from "./check-critical-extensions.ts";
import { checkExtendedKeyUsage } from "./check-extended-key-usage.ts";
import { checkKey, type KeyType } from "./check-key.ts";
import { checkKeyUsage } from "./check-key-usage.ts";
import { checkNotCa } from "./check-not-ca.ts";
import {
  type AwsSignatureAlgorithm,
  checkSignatureAlgorithm,
} from "./check-signature-algorithm.ts";
import { checkSubject } from "./check-subject.ts";
import { checkValidity } from "./check-validity.ts";
import { findCertificatePath, type PathInput, type PathResult } from "./find-certificate-path.ts";

/** What a profile asks of a device's certificate beyond what AWS IoT does. */
export interface CertificateRules {
  readonly keys?: readonly KeyType[] | undefined;
  readonly signatureAlgorithms?: readonly AwsSignatureAlgorithm[] | undefined;
  /** Patterns of `matchesPattern` by attribute name. */
  readonly subject?: Readonly<Record<string, string>> | undefined;
  readonly requireClientAuth?: boolean | undefined;
}

export interface CheckedCertificate {
  /** Missing when the certificate cannot be read. */
  readonly facts?: CertificateFacts;
  /** All of them; empty when the certificate is acceptable. */
  readonly findings: readonly Finding[];
  /** Leaf first, trust anchor last; missing when there is none. */
  readonly path?: readonly CertificateFacts[];
}

/** Runs every check on a device's certificate. */
export function checkCertificate({
  rules,
  ...input
}: PathInput & { readonly rules: CertificateRules }): CheckedCertificate {
  let found: PathResult;
  try {
    found = findCertificatePath(input);
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { findings: [{ code: "CERTIFICATE_UNREADABLE", detail: error.message }] };
  }
  const { facts } = found;
  const findings = checkLeaf(facts, rules, input.now);
  return "path" in found
    ? { facts, findings, path: found.path }
    : { facts, findings: [...found.findings, ...findings] };
}

function checkLeaf(
  facts: CertificateFacts,
  rules: CertificateRules,
  now: Date,
): readonly Finding[] {
  return [
    ...checkValidity(facts, now),
    ...checkNotCa(facts),
    ...checkKeyUsage(facts),
    ...checkExtendedKeyUsage(facts, rules.requireClientAuth),
    ...checkKey(facts, rules.keys),
    ...checkSignatureAlgorithm(facts, rules.signatureAlgorithms),
    ...checkCriticalExtensions(facts),
    ...checkSubject(facts, rules.subject ?? {}),
  ];
}
