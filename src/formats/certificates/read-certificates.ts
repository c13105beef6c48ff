import { DerReader } from "../../rules/certificate/der.ts";
import {
  readSignedCertificate,
  type SignedCertificate,
} from "../../rules/certificate/signed-certificate.ts";
import { MusterError } from "../../rules/errors.ts";
import { type FoundRecord, findRecords } from "./find-records.ts";
import { holdsPrivateKey, isPrivateKey } from "./private-keys.ts";
import { privateKeyRefused, readCertificate } from "./read-certificate.ts";

export const maxFileBytes = 16 * 1024 * 1024;

export interface ReadCertificate extends SignedCertificate {
  readonly der: Uint8Array;
  /** Counts from 1; certificates that came in one line share a number. */
  readonly record: number;
  /** What was amiss and has been mended. */
  readonly warning?: string;
}

/** A record that gave no certificate. */
interface RecordProblem {
  readonly record: number;
  /** Stable. */
  readonly code: "CERTIFICATE_UNREADABLE";
  readonly message: string;
}

export interface ReadResult {
  readonly certificates: readonly ReadCertificate[];
  readonly problems: readonly RecordProblem[];
}

/**
 * Reads the certificates of a file, told by content: DER, PEM, or a list in base64 or hex.
 *
 * A bad record sinks no other. A private key sinks all, and none of it gets into the error.
 *
 * @param source names the file in errors.
 * @throws MusterError INPUT_TOO_LARGE above 16 MiB, PRIVATE_KEY_REFUSED, CERTIFICATE_UNREADABLE when
 * there is nothing in it that could be a certificate.
 */
export function readCertificates(bytes: Uint8Array, source: string): ReadResult {
  if (bytes.length > maxFileBytes) {
    throw new MusterError("INPUT_TOO_LARGE", `${source} has more than 16 MiB; split it.`);
  }
  const refusePrivateKeys = (text: string) => {
    if (holdsPrivateKey(text)) throw privateKeyRefused(source);
  };
  const text = toText(bytes);
  refusePrivateKeys(text);
  const records = isDer(bytes) ? splitDer(bytes) : findRecords(text, refusePrivateKeys);
  const certificates: ReadCertificate[] = [];
  const problems: RecordProblem[] = [];
  for (const found of records) {
    const result = readRecord(found, source);
    if ("facts" in result) certificates.push(result);
    else problems.push(result);
  }
  if (records.length > 0) return { certificates, problems };
  if (isPrivateKey(bytes)) throw privateKeyRefused(source);
  throw new MusterError("CERTIFICATE_UNREADABLE", `${source} holds no certificate.`);
}

function readRecord(found: FoundRecord, source: string): ReadCertificate | RecordProblem {
  const { record } = found;
  if ("problem" in found) {
    return { record, code: "CERTIFICATE_UNREADABLE", message: found.problem };
  }
  const read = readCertificate(found.der, (der) => readSignedCertificate(der), {
    ...found,
    source,
  });
  if ("problem" in read) return { record, code: "CERTIFICATE_UNREADABLE", message: read.problem };
  const { trailing, ...certificate } = read;
  return {
    ...certificate,
    record,
    ...(trailing > 0 && { warning: `${trailing} bytes after the certificate were cut off.` }),
  };
}

/** `30` alone is the ASCII digit 0; no certificate is short enough for a length below 0x81. */
function isDer(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  return tag === 0x30 && length >= 0x81 && length <= 0x84;
}

/** One certificate after another, as far as they go; the last keeps what follows it. */
function splitDer(bytes: Uint8Array): readonly FoundRecord[] {
  const records: FoundRecord[] = [];
  let rest = bytes;
  while (isDer(rest)) {
    const length = outerLength(rest);
    const next = rest.subarray(length);
    const der = isDer(next) ? rest.subarray(0, length) : rest;
    records.push({ record: records.length + 1, der, mayTrail: false });
    rest = next;
  }
  return records;
}

function outerLength(bytes: Uint8Array): number {
  try {
    return new DerReader(bytes, "certificate").next("certificate").der.length;
  } catch {
    return bytes.length; // Reading the record says what is wrong with it.
  }
}

/** ISO 8859-1 keeps every byte; Windows editors also write UTF-16. */
function toText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const mark = buffer.toString("latin1", 0, 3);
  if (mark.startsWith("\xff\xfe")) return buffer.toString("utf16le", 2);
  if (mark.startsWith("\xfe\xff")) return new TextDecoder("utf-16be").decode(bytes);
  return buffer.toString("latin1", mark === "\xef\xbb\xbf" ? 3 : 0);
}
