import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { orUnknown } from "../manufacturers/or-unknown.ts";
import { type ReadSubject, updateSubject, type WriteSubject } from "../subjects.ts";

export interface SignersDeps {
  readonly read: ReadSubject<Manufacturer>;
  readonly write: WriteSubject<Manufacturer>;
  readonly now: () => Date;
  readonly actor: string;
}

/** Whose signature on a manufacturer's manifests counts, such as Microchip's log signers. */
export interface Signers {
  /** Again it changes nothing. @throws MusterError SIGNER_INVALID, MANUFACTURER_UNKNOWN */
  readonly add: (manufacturer: string, der: Uint8Array) => Promise<Signer>;
  /** @throws MusterError MANUFACTURER_UNKNOWN */
  readonly list: (manufacturer: string) => Promise<readonly Signer[]>;
  /** Manifests that were taken stay. @throws MusterError SIGNER_UNKNOWN, MANUFACTURER_UNKNOWN */
  readonly remove: (manufacturer: string, certificateId: string) => Promise<void>;
}

interface Signer {
  /** Lower-case hex SHA-256 of the DER. */
  readonly certificateId: string;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Bounds the manufacturer's item, where they lie beside the issuers. */
const maxSigners = 20;

/** Builds the operator's use cases on signers. */
export function createSigners(deps: SignersDeps): Signers {
  const audit = (action: string, { certificateId, subject }: Signer) => ({
    action,
    actor: deps.actor,
    at: deps.now().toISOString(),
    evidence: { signer: certificateId, subject },
  });
  return {
    list: async (id) => {
      const { signers = [] } = orUnknown(id, (await deps.read(id)).value);
      return signers.map((der) => toSigner(toCertificateFacts(der)));
    },
    add: async (id, der) => {
      const facts = toCertificateFacts(der);
      checkKey(facts);
      const signer = toSigner(facts);
      await updateSubject(id, deps.read, deps.write, (current) => {
        const value = orUnknown(id, current);
        const { signers = [] } = value;
        if (signers.some((each) => isOf(each, signer.certificateId))) return { value };
        if (signers.length >= maxSigners) {
          throw new MusterError(
            "SIGNER_INVALID",
            `"${id}" has ${maxSigners} signers, which is the limit.`,
          );
        }
        const next = { ...value, signers: [...signers, der] };
        return { value: next, audit: audit("signer-added", signer) };
      });
      return signer;
    },
    remove: async (id, certificateId) => {
      await updateSubject(id, deps.read, deps.write, (current) => {
        const value = orUnknown(id, current);
        const { signers = [] } = value;
        const gone = signers.find((each) => isOf(each, certificateId));
        if (gone === undefined) {
          throw new MusterError("SIGNER_UNKNOWN", `"${id}" has no signer ${certificateId}.`, {
            details: { signer: certificateId },
          });
        }
        const next = { ...value, signers: signers.filter((each) => each !== gone) };
        return { value: next, audit: audit("signer-removed", toSigner(toCertificateFacts(gone))) };
      });
    },
  };
}

const isOf = (der: Uint8Array, certificateId: string) =>
  toCertificateFacts(der).certificateId === certificateId;

function toSigner({ certificateId, subject, notBefore, notAfter }: CertificateFacts): Signer {
  return {
    certificateId,
    subject,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  };
}

/** Signed manifests are ES256 throughout. An expired signer counts for what it signed in its time. */
function checkKey({ key, subject }: CertificateFacts): void {
  if (key.algorithm === "ec" && key.curve === "P-256") return;
  throw new MusterError(
    "SIGNER_INVALID",
    `${subject} does not hold an EC key on P-256, so it cannot sign manifests.`,
    { details: { field: "certificate" } },
  );
}
