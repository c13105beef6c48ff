import type { CertificateRecord } from "../onboarding/certificate-state.ts";
import { toCertificateId } from "../rules/certificate/to-certificate-id.ts";
import { MusterError } from "../rules/errors.ts";
import { readOneCertificate } from "./read-files.ts";

export const certificateHelp = "certificate id (64 hex digits), or a PEM or DER file";

/** Takes a certificate as people have it at hand: its id, or its file. */
export function parseCertificate(text: string): string {
  return isCertificateId(text) ? text.toLowerCase() : toCertificateId(readOneCertificate(text));
}

export function isCertificateId(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

/** @throws MusterError CERTIFICATE_UNKNOWN when the ledger holds nothing of it. */
export function checkKnown(record: CertificateRecord): CertificateRecord {
  const { certificateId, entries, revocations, hold, state } = record;
  if (entries.length + revocations.length > 0 || hold || state) return record;
  throw new MusterError(
    "CERTIFICATE_UNKNOWN",
    `Certificate ${certificateId} is in no ledger entry and never connected under a CA of this deployment. Is it of another stage? Did AWS IoT register it? It does not when it is expired, or its CA not registered and active.`,
    { details: { certificateId } },
  );
}
