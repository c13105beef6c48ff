import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Frame } from "../framing/cut-records.ts";
import { toFaultProblem } from "../framing/record-faults.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestOptions,
  ManifestProblem,
  ManifestRecord,
  ManifestRow,
  ManifestWarning,
} from "../manifest-format.ts";
import { type CaPool, createCaPool, type PooledCa } from "./ca-pool.ts";
import type { Block } from "./find-records.ts";
import { mayBeCa } from "./may-be-ca.ts";
import { holdsPrivateKey, mayBePrivateKey } from "./private-keys.ts";
import { isCa, privateKeyRefused, readCertificate, refuseKey } from "./read-certificate.ts";

/** What one record holds: a certificate that is yet to be read, or none, and why. */
export type SequenceItem =
  | { readonly der: Uint8Array; readonly mayTrail: boolean }
  | Pick<ManifestProblem, "code" | "message">;

export function toSequenceItem(block: Block): SequenceItem {
  return "der" in block ? block : { code: "CERTIFICATE_UNREADABLE", message: block.problem };
}

/** @param onText is called with each text that it looks into, lest there be a private key in it. */
export type FindCertificates = (
  frame: Frame,
  onText: (text: string) => void,
) => readonly SequenceItem[];

/**
 * Reading of formats that are certificates one after another, with nothing beside them: devices are
 * told from CAs by what they are, and each gets the CAs that issued it, wherever in the file they
 * stand. CAs have record numbers and give no rows.
 */
export function readSequence(
  find: FindCertificates,
): Pick<ManifestFormat, "findCas" | "createReader"> {
  return {
    findCas: (frame, source) => {
      if (toFaultProblem(frame.fault, 1)) return [];
      return find(frame, () => {}).flatMap((item) => {
        if (!("der" in item)) return [];
        const der = toBuffer(item.der);
        if (mayBePrivateKey(der)) refuseKey(der, source);
        return mayBeCa(der) ? toCa(der, source) : [];
      });
    },
    createReader: (context, options) => {
      const reader = createSequenceReader(context, options);
      return (frame, record) => {
        const problem = toFaultProblem(frame.fault, record);
        if (problem) return [problem];
        return find(frame, reader.refuseKeys).flatMap((item) => reader.toRows(item, frame, record));
      };
    },
  };
}

function createSequenceReader(
  { cas = [], leading = 0 }: ManifestContext,
  { source = "The manifest", verifyChains = true }: ManifestOptions,
) {
  const pool = createCaPool({ verify: verifyChains });
  const known = cas.flatMap((ca) => pool.read(Buffer.from(ca, "base64")) ?? []);
  return {
    refuseKeys: (text: string) => {
      if (holdsPrivateKey(text)) throw privateKeyRefused(source);
    },
    toRows: (item: SequenceItem, { fault }: Frame, record: number): readonly ManifestRow[] => {
      if ("code" in item) return [{ kind: "problem", record, ...item }];
      const read = readCertificate(item.der, toFacts, { ...item, source });
      if ("problem" in read) {
        return [{ kind: "problem", record, code: read.code, message: read.problem }];
      }
      if (isCa(read)) return [];
      const trails = read.trailing > 0 || fault === "trailing";
      const warnings = [
        ...(record === 1 && leading > 0 ? [toLeadingWarning(leading)] : []),
        ...(trails ? [trailingWarning] : []),
      ];
      return [toRecord({ ...read, warnings }, record, { pool, known })];
    },
  };
}

function toRecord(
  {
    der,
    facts,
    warnings,
  }: ReturnType<typeof toFacts> & Pick<ManifestRecord, "warnings"> & { readonly der: Uint8Array },
  record: number,
  { pool, known }: { readonly pool: CaPool; readonly known: readonly PooledCa[] },
): ManifestRow {
  try {
    const { chain, verified } = pool.chainOf({ der, facts }, known);
    return {
      kind: "record",
      record,
      leaf: der,
      facts,
      chain,
      attributes: {},
      verified: verified ? "chain" : "none",
      warnings,
    };
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return { kind: "problem", record, code: "CERTIFICATE_UNREADABLE", message: error.message };
  }
}

export const trailingWarning: ManifestWarning = {
  code: "BYTES_AFTER_CERTIFICATE",
  message: "Bytes after the certificate were cut off.",
};

function toLeadingWarning(bytes: number): ManifestWarning {
  const message = `${bytes} bytes before the certificate were passed over.`;
  return { code: "BYTES_BEFORE_CERTIFICATE", message };
}

function toFacts(der: Uint8Array) {
  return { facts: toCertificateFacts(der) };
}

function toCa(bytes: Uint8Array, source: string): readonly Uint8Array[] {
  const read = readCertificate(bytes, toFacts, { source });
  // Reading the record says what is wrong with it.
  return "facts" in read && isCa(read) ? [read.der] : [];
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
