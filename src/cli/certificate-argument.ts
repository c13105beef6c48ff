import { existsSync } from "node:fs";
import type { CertificateRecord } from "../onboarding/certificate-state.ts";
import { toCertificateFacts } from "../rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../rules/certificate/to-certificate-id.ts";
import { MusterError } from "../rules/errors.ts";
import { readCaCertificates, readOneCertificate } from "./read-files.ts";

export const certificateHelp = "certificate id (64 hex digits), or a PEM or DER file";

interface GivenCertificate {
  readonly certificateId: string;
  /** Where it was given as a file. */
  readonly der?: Uint8Array;
}

/** Takes a certificate as people have it at hand: its id, or its file. */
export function parseCertificate(text: string): GivenCertificate {
  if (isCertificateId(text)) return { certificateId: text.toLowerCase() };
  checkNotCut(text);
  const der = readOneCertificate(text);
  return { certificateId: toCertificateId(der), der };
}

/** Takes CAs by the id of one, or by a file of them. @returns their ids. */
export function parseCaCertificates(text: string): readonly string[] {
  if (isCertificateId(text)) return [text.toLowerCase()];
  checkNotCut(text);
  return readCaCertificates(text).map(toCertificateId);
}

/** @throws MusterError USAGE_INVALID */
function checkNotCut(text: string): void {
  if (/^[0-9a-f]{4,}(?:…|\.{3})?$/i.test(text) && !existsSync(text)) {
    throw new MusterError(
      "USAGE_INVALID",
      `"${text}" is no whole certificate id and no file. Give all 64 hex digits, or the certificate's file.`,
    );
  }
}

export function isCertificateId(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

/** @throws MusterError CERTIFICATE_UNKNOWN when the ledger holds nothing of it. */
export function checkKnown(
  record: CertificateRecord,
  { der }: Pick<GivenCertificate, "der">,
): CertificateRecord {
  const { certificateId, entries, revocations, hold, state } = record;
  if (entries.length + revocations.length > 0 || hold || state) return record;
  const shown = der ? findObstacles(der, new Date()) : [];
  const advice =
    shown.length > 0
      ? `Its file shows why AWS IoT would not register it as a device: ${shown.join("; ")}.`
      : "Is it of another stage? Did AWS IoT register it? It does not when it is expired, or its CA not registered and active.";
  throw new MusterError(
    "CERTIFICATE_UNKNOWN",
    `Certificate ${certificateId} is in no ledger entry and never connected under a CA of this deployment. ${advice}`,
    { details: { certificateId } },
  );
}

function findObstacles(der: Uint8Array, now: Date): readonly string[] {
  const { notBefore, notAfter, basicConstraints } = toCertificateFacts(der);
  return [
    ...(notAfter < now ? [`it expired at ${notAfter.toISOString()}`] : []),
    ...(notBefore > now ? [`it is not valid before ${notBefore.toISOString()}`] : []),
    ...(basicConstraints?.ca ? ["it is a CA, not a device's certificate"] : []),
  ];
}
