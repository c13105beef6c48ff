import { MusterError } from "../../rules/errors.ts";
import { createCaPool } from "../certificates/ca-pool.ts";
import { trailingWarning } from "../certificates/certificate-sequence.ts";
import { toShown } from "../framing/to-text.ts";
import type {
  ManifestOptions,
  ManifestProblem,
  ManifestRecord,
  ManifestRow,
  ManifestWarning,
} from "../manifest-format.ts";
import { type NamedValue, readAttributes } from "./read-attributes.ts";
import {
  type CertificateField,
  readCertificateField,
  readChainField,
} from "./read-certificate-field.ts";
import { readDeviceId, toReadableId } from "./read-device-id.ts";
import type { ResolvedFields } from "./resolve-fields.ts";

/** One record as names and values, of a row or an object. */
export interface NamedFields {
  readonly names: readonly string[];
  /** As many as names; undefined for what is nested. */
  readonly values: readonly (string | undefined)[];
  readonly resolved: ResolvedFields;
  /** What names are called: `column`, `member`. */
  readonly kind: string;
}

export type ReadFields = (fields: NamedFields, record: number) => ManifestRow;

/**
 * Builds the reading of formats in which a record is a set of named fields.
 *
 * @param idDigits how many digits ids have, where they are numbers of one length.
 */
export function createFieldReader(
  { source = "The manifest", verifyChains = true }: ManifestOptions,
  idDigits = 0,
): ReadFields {
  const pool = createCaPool({ verify: verifyChains });

  function toChain(
    { leaf, facts, cas }: CertificateField,
    more: string,
  ): Pick<ManifestRecord, "chain" | "verified"> | Refusal {
    // As most records are: no CAs, and nothing that is to be verified here.
    if (!verifyChains && cas.length === 0 && more === "") return { chain: [], verified: "none" };
    const ders = [...cas, ...readChainField(more, source)];
    const known = ders.flatMap((der) => pool.read(der) ?? []);
    try {
      const { chain, verified } = pool.chainOf({ der: leaf, facts }, known);
      return { chain, verified: verified ? "chain" : "none" };
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== "CERTIFICATE_UNREADABLE") throw error;
      return { code: error.code, message: error.message };
    }
  }

  return (fields, record) => {
    const { names, values, resolved } = fields;
    refuseSecrets(fields, source);
    const refuse = ({ code, message }: Refusal, at: number | undefined): ManifestProblem => {
      const field = at === undefined ? undefined : names[at];
      const deviceId = at === resolved.id ? undefined : toIdOf(fields);
      return {
        kind: "problem",
        record,
        code,
        message,
        ...(field !== undefined && { field }),
        ...(deviceId !== undefined && { deviceId }),
      };
    };
    const text = textAt(values, resolved.certificate);
    if (text.trim() === "") return refuse(explainMissing(fields), resolved.certificate);
    const certificate = readCertificateField(text, source);
    if ("code" in certificate) return refuse(certificate, resolved.certificate);
    const id = toId(fields, certificate);
    if ("code" in id) return refuse(id, resolved.id);
    const chain = toChain(certificate, textAt(values, resolved.chain));
    if ("code" in chain) return refuse(chain, resolved.certificate);
    const { attributes, warnings } = readAttributes(otherFields(fields));
    return {
      kind: "record",
      record,
      leaf: certificate.leaf,
      facts: certificate.facts,
      ...chain,
      ...id,
      attributes,
      warnings: [
        ...(certificate.trails ? [trailingWarning] : []),
        ...checkDigits(id.deviceId, idDigits),
        ...warnings,
      ],
    };
  };
}

type Refusal = Pick<ManifestProblem, "code" | "message">;

function textAt(values: NamedFields["values"], index: number | undefined): string {
  return index === undefined ? "" : (values[index] ?? "");
}

function toId(
  { names, values, resolved: { id }, kind }: NamedFields,
  { facts }: CertificateField,
): Pick<ManifestRecord, "deviceId" | "idSource"> | Refusal {
  if (id === undefined) return {};
  const name = names[id] ?? "";
  const read = readDeviceId(name, values[id] ?? "", facts.subjectAttributes["CN"]?.[0]);
  return "code" in read ? read : { ...read, idSource: `${kind} ${name}` };
}

function toIdOf({ names, values, resolved: { id } }: NamedFields): string | undefined {
  return id === undefined ? undefined : toReadableId(names[id] ?? "", values[id] ?? "");
}

/** Zeros that a spreadsheet took away in front are missed only beside ids that kept theirs. */
function checkDigits(deviceId: string | undefined, digits: number): readonly ManifestWarning[] {
  if (deviceId === undefined || deviceId.length >= digits || !/^\d+$/.test(deviceId)) return [];
  const message = `${toShown(deviceId)} has ${deviceId.length} digits, where ids have ${digits}.`;
  return [{ code: "DEVICE_ID_SHORT", message }];
}

function explainMissing({ values, resolved }: NamedFields): Refusal {
  if (textAt(values, resolved.request) !== "") {
    return { code: "REQUEST_NOT_CERTIFICATE", message: "There is a signing request alone." };
  }
  if (textAt(values, resolved.certificateId) !== "") {
    return { code: "CERTIFICATE_ID_ONLY", message: "There is a hash of the certificate alone." };
  }
  return { code: "CERTIFICATE_MISSING", message: "There is no certificate." };
}

function* otherFields({ names, values, resolved }: NamedFields): Generator<NamedValue> {
  const { certificate, id, chain } = resolved;
  for (const [index, name] of names.entries()) {
    if (index !== certificate && index !== id && index !== chain) yield [name, values[index]];
  }
}

/** @throws MusterError SECRET_REFUSED when a field that is named as one holds anything. */
export function refuseSecrets({ names, values, resolved }: NamedFields, source: string): void {
  for (const index of resolved.secrets) {
    if (values[index]?.trim()) throw secretRefused(source, `${toShown(names[index] ?? "")}`);
  }
}

export function secretRefused(source: string, what: string): MusterError {
  return new MusterError(
    "SECRET_REFUSED",
    `${source} holds secrets: ${what}. Send the certificates without them; Muster never wants a secret.`,
  );
}
