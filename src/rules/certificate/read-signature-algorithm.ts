import type { SignatureAlgorithm } from "./certificate-facts.ts";
import { type DerElement, tags } from "./der.ts";
import { readAlgorithm } from "./read-algorithm.ts";

const algorithms: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.113549.1.1.11": "sha256WithRSA",
  "1.2.840.113549.1.1.12": "sha384WithRSA",
  "1.2.840.113549.1.1.13": "sha512WithRSA",
  "1.2.840.10045.4.3.2": "ecdsaWithSha256",
  "1.2.840.10045.4.3.3": "ecdsaWithSha384",
  "1.2.840.10045.4.3.4": "ecdsaWithSha512",
  "2.16.840.1.101.3.4.3.2": "dsaWithSha256",
};

const rsassaPss = "1.2.840.113549.1.1.10";

/** SHA-256, SHA-384, SHA-512. */
const strongHashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

/** Reads the AlgorithmIdentifier of a signature. RSASSA-PSS counts only with a hash of SHA-2. */
export function readSignatureAlgorithm(element: DerElement): SignatureAlgorithm {
  const { oid, parameters } = readAlgorithm(element);
  if (oid === rsassaPss) {
    const hash = parameters && pssHash(parameters);
    return hash !== undefined && strongHashes.includes(hash) ? "rsassaPss" : `other:${oid}`;
  }
  return algorithms[oid] ?? `other:${oid}`;
}

/** @returns undefined for the default, SHA-1 (RFC 4055 §3.1). */
function pssHash(parameters: DerElement): string | undefined {
  const { where } = parameters;
  const tagged = parameters.children().readOptional(0xa0, where);
  return tagged && readAlgorithm(tagged.children().read(tags.sequence, where)).oid;
}
