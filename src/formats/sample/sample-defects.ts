import type { ReasonCode } from "../../rules/decision/reason-codes.ts";
import type { MusterErrorCode } from "../../rules/errors.ts";
import type { ManifestProblemCode, ManifestWarningCode } from "../manifest-problems.ts";

/** What Muster says of a defect: of a record, of the whole file, or when the batch is judged. */
export type SampleCode = ManifestProblemCode | ManifestWarningCode | MusterErrorCode | ReasonCode;

/** What can be wrong with a manifest, to be made on purpose. */
interface Defect {
  /** For people, after the name. */
  readonly meaning: string;
  /** `record` spoils one record, `file` all of it. */
  readonly of: "record" | "file";
  /** Names of the formats that can have it. */
  readonly formats: readonly string[];
  /** What Muster says; without it the file is read as if nothing were wrong. */
  readonly code?: SampleCode;
  /** Where a format makes something else of it. */
  readonly except?: Readonly<Record<string, SampleCode | undefined>>;
}

const generic = ["csv", "ndjson", "json-array", "aws-task"];
const tables = ["csv", "nxp", "st", "espressif", "rainmaker", "rainmaker-neo", "nrf-cloud"];
const azure = ["azure-dps", "azure-dps-array"];
const objects = ["ndjson", "json-array", "aws-task"];
const named = [...tables, ...objects, ...azure];
const blocks = ["pem", "pem-chain", "infineon-pem"];
const lines = ["base64-list", "base64-pem-list"];
const texts = [...named, ...blocks, ...lines];
const jws = ["microchip"];
/** Whose files are PEM. */
const archives = ["zip", "infineon", "infineon-zip"];
/** Of many certificates in one structure, which is damaged whole. */
const binary = ["pkcs7", "pkcs7-ber", "pkcs7-pem"];
/** Where a certificate stands as text in a field of its own. */
const fields = named.filter((name) => name !== "nxp" && name !== "st");

export const sampleDefects = {
  "duplicate-leaf": {
    of: "record",
    formats: [...texts, ...jws, ...binary],
    meaning: "a device is in it twice",
    code: "CERTIFICATE_TWICE",
  },
  "duplicate-id": {
    of: "record",
    formats: [...named, ...jws],
    meaning: "two devices have one id",
    code: "DEVICE_ID_TWICE",
  },
  "duplicate-id-case": {
    of: "record",
    formats: named.filter((name) => name !== "st"),
    meaning: "two devices have one id, but for the case of its letters",
    code: "DEVICE_ID_TWICE",
  },
  expired: {
    of: "record",
    formats: [...archives, ...texts, ...jws, ...binary, "der"],
    meaning: "a certificate has expired",
    code: "CERTIFICATE_EXPIRED",
  },
  "other-ca": {
    of: "record",
    formats: [...archives, ...texts, ...jws, ...binary, "der"],
    meaning: "a CA of the right name and another key signed",
    code: "SIGNATURE_INVALID",
    except: { microchip: "CHAIN_INVALID" },
  },
  "is-ca": {
    of: "record",
    formats: [...named, ...jws],
    meaning: "a CA instead of a device",
    code: "CERTIFICATE_IS_CA",
  },
  unreadable: {
    of: "record",
    formats: [...archives, ...texts, ...jws],
    meaning: "a certificate is cut short",
    code: "CERTIFICATE_UNREADABLE",
  },
  "trailing-bytes": {
    of: "record",
    formats: [...archives, ...texts, "der"],
    meaning: "bytes follow after a certificate, as in memory read out",
    code: "BYTES_AFTER_CERTIFICATE",
  },
  "leading-bytes": {
    of: "record",
    formats: ["der"],
    meaning: "bytes stand before a certificate, as a chip's identity tag",
    code: "BYTES_BEFORE_CERTIFICATE",
  },
  "second-certificate": {
    of: "record",
    formats: azure,
    meaning: "a device has a second certificate to change to",
    code: "CERTIFICATE_LEFT_OUT",
  },
  missing: {
    of: "record",
    formats: named,
    meaning: "a certificate is left out",
    code: "CERTIFICATE_MISSING",
  },
  several: {
    of: "record",
    formats: fields,
    meaning: "a record has the certificates of two devices",
    code: "CERTIFICATES_SEVERAL",
  },
  request: {
    of: "record",
    formats: [...archives, ...fields, ...blocks],
    meaning: "a signing request, not a certificate",
    code: "REQUEST_NOT_CERTIFICATE",
  },
  thumbprint: {
    of: "record",
    formats: named,
    meaning: "a hash, not a certificate",
    code: "CERTIFICATE_ID_ONLY",
  },
  "other-block": {
    of: "record",
    formats: [...archives, ...blocks],
    meaning: "a public key, not a certificate",
    code: "NOT_A_CERTIFICATE",
  },
  "no-id": {
    of: "record",
    formats: named,
    meaning: "an id is left out",
    code: "DEVICE_ID_MISSING",
  },
  "control-id": {
    of: "record",
    formats: named.filter((name) => name !== "st"),
    meaning: "an id has a control character in it",
    code: "DEVICE_ID_INVALID",
  },
  "excel-id": {
    of: "record",
    formats: named,
    meaning: "a spreadsheet made a number of an id: 1.23E+17",
    code: "DEVICE_ID_DAMAGED",
  },
  "excel-zeros": {
    of: "record",
    formats: generic,
    meaning: "a spreadsheet took the zeros off the front of an id",
    code: "DEVICE_ID_DAMAGED",
  },
  "excel-cell": {
    of: "record",
    formats: tables,
    meaning: "a spreadsheet cut a cell at 32,767 characters",
    code: "CELL_CUT_BY_SPREADSHEET",
  },
  "repeated-header": {
    of: "record",
    formats: ["csv"],
    meaning: "the names of the columns stand in the middle, as of files that were joined",
    code: "HEADER_REPEATED",
  },
  "stray-cell": {
    of: "record",
    formats: tables,
    meaning: "a row has a cell too many",
    code: "CELL_COUNT_WRONG",
  },
  "stray-text": {
    of: "record",
    formats: [...objects, ...azure],
    meaning: "a record is no JSON",
    code: "RECORD_UNREADABLE",
  },
  "too-deep": {
    of: "record",
    formats: objects,
    meaning: "a record nests brackets forty deep",
    code: "RECORD_TOO_DEEP",
  },
  "too-long": {
    of: "record",
    // A row over several lines that is too long is told of twice: its end looks like another row.
    formats: ["nxp", "st", ...objects],
    meaning: "a record is longer than 256 kB",
    code: "RECORD_TOO_LONG",
  },
  "nested-attribute": {
    of: "record",
    formats: objects,
    meaning: "a member is an object",
    code: "ATTRIBUTE_LEFT_OUT",
  },
  "private-key": {
    of: "record",
    formats: [...archives, ...texts],
    meaning: "a private key is in it",
    code: "PRIVATE_KEY_REFUSED",
  },
  secret: {
    of: "record",
    formats: [...generic, ...azure],
    meaning: "a symmetric key is in it",
    code: "SECRET_REFUSED",
  },
  "unknown-signer": {
    of: "record",
    formats: jws,
    meaning: "somebody else signed",
    code: "SIGNER_NOT_TRUSTED",
  },
  "signer-mismatch": {
    of: "record",
    formats: jws,
    meaning: "the key id is another signer's",
    code: "SIGNER_MISMATCH",
  },
  "signer-expired": {
    of: "record",
    formats: jws,
    meaning: "the signer was not valid when the device was made",
    code: "SIGNER_NOT_VALID",
  },
  "bad-signature": {
    of: "record",
    formats: jws,
    meaning: "the signature is damaged",
    code: "ENTRY_SIGNATURE_INVALID",
  },
  "forged-id": {
    of: "record",
    formats: jws,
    meaning: "the unsigned id is another",
    code: "UNIQUE_ID_MISMATCH",
  },
  "other-algorithm": {
    of: "record",
    formats: jws,
    meaning: "the algorithm is HS256",
    code: "JWS_ALGORITHM_REFUSED",
  },
  "no-certificate": {
    of: "record",
    formats: jws,
    meaning: "as of a TrustMANAGER device",
    code: "NO_CERTIFICATE",
  },
  "several-slots": {
    of: "record",
    formats: jws,
    meaning: "two keys have certificates, none of them in slot 0",
    code: "CERTIFICATE_AMBIGUOUS",
  },
  "other-key": {
    of: "record",
    formats: jws,
    meaning: "the certificate is of another key",
    code: "PUBLIC_KEY_MISMATCH",
  },
  "not-jws": {
    of: "record",
    formats: jws,
    meaning: "an entry has lost its payload",
    code: "JWS_INVALID",
  },
  "other-name": {
    of: "record",
    formats: jws,
    meaning: "the certificate is named otherwise than the id, as customers' are",
    code: "NAME_DIFFERS",
  },
  "new-version": {
    of: "record",
    formats: jws,
    meaning: "a version of the format that is to come",
    code: "VERSION_UNKNOWN",
  },
  "cut-short": {
    of: "file",
    // With the last cell in quotes of its own, the record is told of twice.
    formats: [...texts.filter((name) => name !== "rainmaker"), ...jws, ...binary],
    meaning: "the file ends in the middle of its last record",
    code: "RECORD_UNCLOSED",
    except: {
      // A line ends with the file, and so does what is of a length that was told before.
      ndjson: "RECORD_UNREADABLE",
      "aws-task": "RECORD_UNREADABLE",
      nxp: "CERTIFICATE_UNREADABLE",
      st: "CERTIFICATE_UNREADABLE",
      "base64-list": "CERTIFICATE_UNREADABLE",
      "base64-pem-list": "CERTIFICATE_UNREADABLE",
      pkcs7: "CERTIFICATE_UNREADABLE",
      "pkcs7-ber": "CERTIFICATE_UNREADABLE",
    },
  },
  "other-header": {
    of: "file",
    formats: ["csv"],
    meaning: "the columns have names that say nothing",
    code: "MAPPING_INVALID",
  },
  "no-header": {
    of: "file",
    formats: ["csv"],
    meaning: "the row with the names of the columns is missing",
    code: "MAPPING_INVALID",
  },
  bom: { of: "file", formats: texts, meaning: "a byte order mark comes first" },
  utf16: { of: "file", formats: texts, meaning: "the text is UTF-16, as Windows calls Unicode" },
  gzip: {
    of: "file",
    formats: [...texts, ...jws, ...binary, "der"],
    meaning: "the file is packed with gzip",
  },
  crlf: { of: "file", formats: texts, meaning: "lines end as on Windows" },
  cr: { of: "file", formats: texts, meaning: "lines end as on old Macs" },
  semicolon: { of: "file", formats: ["csv"], meaning: "cells are separated by semicolons" },
  "literal-newlines": {
    of: "file",
    formats: fields,
    meaning: "line ends of PEM are written as \\n",
  },
  spaces: { of: "file", formats: fields, meaning: "line ends of PEM have become spaces" },
  "one-line": {
    of: "file",
    formats: [...fields, ...blocks],
    meaning: "PEM has lost its line ends",
  },
  base64: { of: "file", formats: fields, meaning: "certificates are base64 of DER" },
  base64url: {
    of: "file",
    formats: [...fields, "base64-list"],
    meaning: "certificates are base64url of DER",
  },
  hex: { of: "file", formats: [...fields, "base64-list"], meaning: "certificates are hex of DER" },
  "text-before": {
    of: "file",
    formats: [...fields, ...blocks],
    meaning: "text stands before each PEM",
  },
  "other-label": {
    of: "file",
    formats: [...fields, ...blocks],
    meaning: "PEM is labelled X509 CERTIFICATE",
  },
  "mac-colons": { of: "file", formats: ["espressif"], meaning: "MAC addresses have colons" },
  "spaced-json": {
    of: "file",
    formats: jws,
    meaning: "payloads are written with spaces and without a group, as test tools do",
  },
} as const satisfies Readonly<Record<string, Defect>>;

export type SampleDefect = keyof typeof sampleDefects;

const byName: Readonly<Record<string, Defect>> = sampleDefects;

export function isSampleDefect(name: string): name is SampleDefect {
  return Object.hasOwn(sampleDefects, name);
}

/** The defects that a format can have. */
export function defectsOf(format: string): readonly SampleDefect[] {
  return Object.keys(sampleDefects).filter(
    (name): name is SampleDefect =>
      isSampleDefect(name) && !!byName[name]?.formats.includes(format),
  );
}

/** @returns what Muster says of a defect in a format; undefined when it reads on as if nothing were. */
export function codeOf(defect: SampleDefect, format: string): SampleCode | undefined {
  const { code, except = {} }: Defect = sampleDefects[defect];
  return format in except ? except[format] : code;
}
