/** What can be wrong with a manifest, to be made on purpose. */
interface Defect {
  /** For people, after the name. */
  readonly meaning: string;
  /** `record` spoils one record, `file` all of it. */
  readonly of: "record" | "file";
  /** Names of the formats that can have it; all without. */
  readonly formats?: readonly string[];
}

const tables = ["csv", "espressif", "rainmaker", "nrf-cloud"];
const named = [...tables, "ndjson", "aws-task", "azure-dps"];
const texts = [...named, "pem", "pem-chain", "base64-list"];
const jws = ["microchip"];
/** With what is damaged in one of these, all is. */
const alone = ["der", "pkcs7"];

export const sampleDefects = {
  "duplicate-leaf": { of: "record", meaning: "a device is in it twice" },
  "duplicate-id": { of: "record", formats: named, meaning: "two devices have one id" },
  expired: { of: "record", meaning: "a certificate has expired" },
  "other-ca": { of: "record", meaning: "a CA of the right name and another key signed" },
  "is-ca": { of: "record", formats: [...named, ...jws], meaning: "a CA instead of a device" },
  unreadable: { of: "record", meaning: "a certificate is damaged" },
  missing: { of: "record", formats: named, meaning: "a certificate is left out" },
  request: { of: "record", formats: texts, meaning: "a signing request, not a certificate" },
  thumbprint: { of: "record", formats: named, meaning: "a hash, not a certificate" },
  "excel-id": { of: "record", formats: named, meaning: "a spreadsheet made a number of an id" },
  "private-key": { of: "record", formats: texts, meaning: "a private key is in it" },
  bom: { of: "file", formats: texts, meaning: "a byte order mark comes first" },
  crlf: { of: "file", formats: texts, meaning: "lines end as on Windows" },
  cr: { of: "file", formats: texts, meaning: "lines end as on old Macs" },
  semicolon: { of: "file", formats: ["csv"], meaning: "cells are separated by semicolons" },
  "literal-newlines": { of: "file", formats: tables, meaning: "line ends are written as \\n" },
  spaces: { of: "file", formats: named, meaning: "line ends of PEM have become spaces" },
  base64: { of: "file", formats: named, meaning: "certificates are base64 of DER" },
  "cut-short": { of: "file", meaning: "the file ends in the middle of its last record" },
  "unknown-signer": { of: "record", formats: jws, meaning: "somebody else signed" },
  "bad-signature": { of: "record", formats: jws, meaning: "the signature is damaged" },
  "forged-id": { of: "record", formats: jws, meaning: "the unsigned id is another" },
  "other-algorithm": { of: "record", formats: jws, meaning: "the algorithm is HS256" },
  "no-certificate": { of: "record", formats: jws, meaning: "as of a TrustMANAGER device" },
  "other-key": { of: "record", formats: jws, meaning: "the certificate is of another key" },
} as const satisfies Readonly<Record<string, Defect>>;

export type SampleDefect = keyof typeof sampleDefects;

export function isSampleDefect(name: string): name is SampleDefect {
  return Object.hasOwn(sampleDefects, name);
}

/** The defects that a format can have. */
export function defectsOf(format: string): readonly SampleDefect[] {
  return Object.keys(sampleDefects).filter(
    (name): name is SampleDefect => isSampleDefect(name) && canHave(format, sampleDefects[name]),
  );
}

function canHave(format: string, { formats }: Defect): boolean {
  return formats?.includes(format) ?? !alone.includes(format);
}
