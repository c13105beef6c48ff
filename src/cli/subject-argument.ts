import { existsSync } from "node:fs";
import { toSubject } from "../rules/audit/subject.ts";
import { MusterError } from "../rules/errors.ts";
import { isCertificateId, parseCertificate } from "./certificate-argument.ts";

export const subjectHelp =
  "certificate id or file, or a subject: MANUFACTURER#<id>, PROFILE#<name>, BATCH#<id>, CA#<id>, TOKEN#<id>, CERT#<id>";
const subjectPattern = /^(?:MANUFACTURER|PROFILE|BATCH|CA|TOKEN|CERT)#.+$/;

/** Reads what an audit chain is about. @throws MusterError USAGE_INVALID */
export function parseSubject(text: string): string {
  if (subjectPattern.test(text)) return text;
  if (isCertificateId(text) || existsSync(text)) {
    return toSubject("CERT", parseCertificate(text).certificateId);
  }
  throw new MusterError("USAGE_INVALID", `"${text}" is no subject. Give a ${subjectHelp}.`);
}

export function unknownSubject(subject: string): MusterError {
  return new MusterError("SUBJECT_UNKNOWN", `There is no audit record of ${subject}.`, {
    details: { subject },
  });
}
