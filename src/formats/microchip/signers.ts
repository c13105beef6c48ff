import { hash, type KeyObject, verify } from "node:crypto";
import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { checkValidity } from "../../rules/certificate/check-validity.ts";
import { readSignedCertificate } from "../../rules/certificate/signed-certificate.ts";
import { readSubjectKeyId } from "../certificates/read-subject-key-id.ts";
import { toShown } from "../framing/to-text.ts";
import { EntryRefused } from "./entry-refused.ts";
import { toMicrochipSigner } from "./known-signers.ts";
import type { Entry } from "./parse-entry.ts";

/** A certificate whose word on a manifest counts. */
interface Signer {
  readonly facts: CertificateFacts;
  readonly publicKey: KeyObject;
  /** Base64url of the subject key identifier; undefined without one. */
  readonly kid: string | undefined;
}

export type FindSigner = (entry: Entry) => Signer | undefined;

/**
 * Builds the search for who signed an entry: by the hash of its certificate, which then has to have
 * the key identifier that the entry names as well.
 *
 * @param acceptUnknown gives undefined instead of a refusal.
 * @throws MusterError CERTIFICATE_UNREADABLE when a signer's certificate cannot be read.
 */
export function createFindSigner(ders: readonly Uint8Array[], acceptUnknown: boolean): FindSigner {
  const signers = new Map(
    ders.map((der): readonly [string, Signer] => {
      const { facts, x509 } = readSignedCertificate(der);
      const kid = readSubjectKeyId(der)?.toString("base64url");
      return [hash("sha256", der, "base64url"), { facts, publicKey: x509.publicKey, kid }];
    }),
  );
  return ({ algorithm, kid, x5tS256 }) => {
    if (algorithm !== "ES256") {
      const message = `The entry's algorithm is ${toShown(String(algorithm))}.`;
      throw new EntryRefused("JWS_ALGORITHM_REFUSED", message, "protected");
    }
    const thumbprint = String(x5tS256);
    const signer = signers.get(thumbprint);
    if (signer === undefined) {
      if (acceptUnknown) return undefined;
      throw new EntryRefused("SIGNER_NOT_TRUSTED", explainUnknown(thumbprint), "protected");
    }
    if (signer.kid !== kid) {
      const message = `The entry's kid ${toShown(String(kid))} is not that of ${signer.facts.subject}.`;
      throw new EntryRefused("SIGNER_MISMATCH", message, "protected");
    }
    return signer;
  };
}

/** In hex as well, as signers are listed; with where to get one of Microchip's. */
function explainUnknown(thumbprint: string): string {
  const id = Buffer.from(thumbprint, "base64url").toString("hex");
  const known = toMicrochipSigner(id);
  const name = known ? `Microchip's "${known}"` : "a certificate";
  const where = known
    ? " It is published for Microchip's Trust Platform: fetch it there, and add it if its id is this one."
    : "";
  const which =
    id.length === idLength ? `${id}, x5t#S256 ${toShown(thumbprint)}` : toShown(thumbprint);
  return `It is signed by ${name} that is not trusted (${which}).${where}`;
}

/** Of a SHA-256 in hex. */
const idLength = 64;

const coordinateBytes = 32;

/** `ES256` is r and s, 32 bytes each (RFC 7518 §3.4). */
export function checkSignature({ signedBytes, signature }: Entry, signer: Signer): void {
  if (
    signature.length === 2 * coordinateBytes &&
    verify("sha256", signedBytes, signer.publicKey, toDerSignature(signature))
  ) {
    return;
  }
  const message = `The signature is not by ${signer.facts.subject}.`;
  throw new EntryRefused("ENTRY_SIGNATURE_INVALID", message, "signature");
}

/** As ECDSA-Sig-Value (RFC 3279 §2.2.3): given `ieee-p1363`, Node takes half as long again. */
function toDerSignature(signature: Buffer): Buffer {
  const [r, s] = [0, coordinateBytes].map((from) =>
    toInteger(signature.subarray(from, from + coordinateBytes)),
  );
  const content = Buffer.concat([r ?? Buffer.of(), s ?? Buffer.of()]);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}

function toInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.of();
  return Buffer.concat([Buffer.of(0x02, sign.length + digits.length), sign, digits]);
}

/** ISO 8601; of the offset the format says that it is UTC's. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** Judged when the device was provisioned: most of the signers there were have expired since. */
export function checkSignerValidity({ payload }: Entry, { facts }: Signer): void {
  const given = payload["provisioningTimestamp"];
  const at = typeof given === "string" ? given : "";
  const time = toTime(at);
  if (time === undefined) {
    const said = at === "" ? "nothing" : toShown(at);
    const message = `The entry says ${said} of when the device was provisioned, by which its signer is judged.`;
    throw new EntryRefused("SIGNER_NOT_VALID", message, "provisioningTimestamp");
  }
  const [finding] = checkValidity(facts, time);
  if (finding === undefined) return;
  const [from, until] = [facts.notBefore, facts.notAfter].map((each) => each.toISOString());
  const message = `${facts.subject}, the signer, was valid from ${from} until ${until}, not at ${at}.`;
  throw new EntryRefused("SIGNER_NOT_VALID", message, "provisioningTimestamp");
}

function toTime(text: string): Date | undefined {
  if (!timestamp.test(text)) return undefined;
  const time = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
