import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { MusterError } from "../../rules/errors.ts";
import { type CaPool, createCaPool, type PooledCa } from "../certificates/ca-pool.ts";
import { isCa, privateKeyRefused, readCertificate } from "../certificates/read-certificate.ts";
import { readAttributes } from "../fields/read-attributes.ts";
import { toShown } from "../framing/to-text.ts";
import type { ManifestOptions, ManifestRow } from "../manifest-format.ts";
import { isObject, type JsonObject } from "../ndjson/read-json-object.ts";
import { checkPublicKey } from "./check-public-key.ts";
import { EntryRefused } from "./entry-refused.ts";
import { checkName, checkVersion, notChecked } from "./entry-warnings.ts";
import { findIdentityKey, hasPrivateKey, type IdentityKey } from "./find-identity-key.ts";
import { type Entry, parseEntry } from "./parse-entry.ts";
import { checkSignature, checkSignerValidity, createFindSigner } from "./signers.ts";

const uniqueIdPattern = /^[0-9a-f]{2,64}$/;

/**
 * Builds the reading of entries. Each step is taken only after the one before: the signer is found,
 * then the signature verified, then what was signed is compared with what was not, and only then are
 * the certificates looked at.
 */
export function createEntryReader(
  options: ManifestOptions,
): (entry: JsonObject, record: number) => ManifestRow {
  const { source = "The manifest", signers = [], acceptUnknownSigners = false } = options;
  const findSigner = createFindSigner(signers, acceptUnknownSigners);
  const pool = createCaPool({ verify: options.verifyChains ?? true });
  const roots = options.roots?.flatMap((root) => pool.read(root) ?? []);

  function read(entry: Entry, record: number): ManifestRow {
    // Whoever signed it: a manifest with a key in it is not kept.
    if (hasPrivateKey(entry.payload)) throw privateKeyRefused(source);
    const signer = findSigner(entry);
    if (signer) {
      checkSignature(entry, signer);
      checkSignerValidity(entry, signer);
    }
    const uniqueId = toUniqueId(entry.payload, entry.headerUniqueId);
    const key = findIdentityKey(entry.payload, options.mapping?.cert);
    const { leaf, facts } = readLeaf(key, source);
    checkPublicKey(key.jwk, facts);
    return {
      kind: "record",
      record,
      leaf,
      facts,
      chain: toChain({ key, leaf, facts, pool, roots }),
      deviceId: uniqueId,
      idSource: "uniqueId",
      attributes: toAttributes(entry.payload),
      verified: signer ? "signature" : "none",
      warnings: [
        ...(signer ? [] : [notChecked]),
        ...checkVersion(entry.payload),
        ...checkName(uniqueId, facts),
      ],
    };
  }

  return (object, record) => {
    let claimed = toClaimed(object["header"]);
    try {
      const entry = parseEntry(object);
      claimed = toClaimed(entry.payload) ?? claimed;
      return read(entry, record);
    } catch (error) {
      return toProblem(error, record, claimed);
    }
  };
}

/** The id that an entry goes by, whoever says so: for reports alone. */
function toClaimed(part: unknown): string | undefined {
  const uniqueId = isObject(part) ? part["uniqueId"] : undefined;
  return typeof uniqueId === "string" && uniqueIdPattern.test(uniqueId) ? uniqueId : undefined;
}

function toProblem(error: unknown, record: number, deviceId: string | undefined): ManifestRow {
  const named = { kind: "problem", record, ...(deviceId !== undefined && { deviceId }) } as const;
  if (error instanceof EntryRefused) {
    const { code, field, message } = error;
    return { ...named, code, message, ...(field !== undefined && { field }) };
  }
  if (error instanceof MusterError && error.code === "CERTIFICATE_UNREADABLE") {
    return { ...named, code: error.code, message: error.message };
  }
  throw error;
}

/** The header is not signed: what it says counts only as far as the payload says the same. */
function toUniqueId(payload: JsonObject, inHeader: unknown): string {
  const { uniqueId } = payload;
  if (typeof uniqueId !== "string" || !uniqueIdPattern.test(uniqueId)) {
    const message = `The payload's uniqueId ${toShown(String(uniqueId))} is not lower-case hex.`;
    throw new EntryRefused("JWS_INVALID", message, "uniqueId");
  }
  if (inHeader === uniqueId) return uniqueId;
  if (typeof inHeader !== "string") {
    throw new EntryRefused("JWS_INVALID", "The entry has no header with a uniqueId.", "header");
  }
  const message = `The header says ${toShown(inHeader)}, the signed payload "${uniqueId}".`;
  throw new EntryRefused("UNIQUE_ID_MISMATCH", message, "uniqueId");
}

function readLeaf({ certificate }: IdentityKey, source: string) {
  const read = readCertificate(certificate, (der) => ({ facts: toCertificateFacts(der) }), {
    source,
  });
  if ("problem" in read) throw new EntryRefused(read.code, read.problem, "x5c");
  if (read.trailing > 0) {
    const message = `${read.trailing} bytes follow the certificate.`;
    throw new EntryRefused("CERTIFICATE_UNREADABLE", message, "x5c");
  }
  if (isCa(read)) {
    throw new EntryRefused("CERTIFICATE_IS_CA", `${read.facts.subject} is a CA.`, "x5c");
  }
  return { leaf: read.der, facts: read.facts };
}

function toChain(given: {
  readonly key: IdentityKey;
  readonly leaf: Uint8Array;
  readonly facts: CertificateFacts;
  readonly pool: CaPool;
  readonly roots: readonly PooledCa[] | undefined;
}): readonly Uint8Array[] {
  const { key, leaf, facts, pool, roots } = given;
  const cas = key.cas.flatMap((der) => pool.read(der) ?? []);
  const { chain } = pool.chainOf({ der: leaf, facts }, [...cas, ...(roots ?? [])]);
  if (key.cas.length > 0 && (cas.length < key.cas.length || chain.length < cas.length)) {
    throw new EntryRefused("CHAIN_INVALID", "x5c[0] is not signed by x5c[1].", "x5c");
  }
  if (roots && !chain.some((der) => roots.some((root) => Buffer.compare(root.der, der) === 0))) {
    throw new EntryRefused("CHAIN_INVALID", "x5c leads to none of the given roots.", "x5c");
  }
  return chain;
}

const attributeNames = ["model", "partNumber", "groupId", "provisioningTimestamp"];

function toAttributes(payload: JsonObject): Readonly<Record<string, string>> {
  const texts = attributeNames.map((name): [string, string] => {
    const value = payload[name];
    return [name, typeof value === "string" ? value : ""];
  });
  return readAttributes(texts).attributes;
}
