import type { KeyObject } from "node:crypto";
import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import {
  readPublicKey,
  readSignedCertificate,
  type SignedCertificate,
} from "../../rules/certificate/signed-certificate.ts";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import { MusterError } from "../../rules/errors.ts";
import { chainOf } from "./chain-of.ts";
import { isCa } from "./read-certificate.ts";

/** A CA, and the DER that it was read from. */
export interface PooledCa extends SignedCertificate {
  readonly der: Uint8Array;
  /** Undefined where OpenSSL cannot read it: then it has signed nothing that could be verified. */
  readonly publicKey: KeyObject | undefined;
}

/** The CAs that a manifest's chains lead over; the same few again and again, so they are kept. */
export interface CaPool {
  /** @returns undefined for what is no CA, or cannot be read. */
  readonly read: (der: Uint8Array) => PooledCa | undefined;
  /**
   * @returns DER of the CAs among `cas` that lead away from `leaf`, and whether every signature was
   * verified.
   * @throws MusterError CERTIFICATE_UNREADABLE when OpenSSL cannot read the leaf.
   */
  readonly chainOf: (
    leaf: { readonly der: Uint8Array; readonly facts: CertificateFacts },
    cas: readonly PooledCa[],
  ) => { readonly chain: readonly Uint8Array[]; readonly verified: boolean };
}

/** More distinct CAs than any manifest has; a hostile one only makes them be read again. */
const maxKept = 256;

/** @param verify whether signatures are verified also where only one CA has the issuer's name. */
export function createCaPool({ verify }: { readonly verify: boolean }): CaPool {
  const kept = new Map<string, PooledCa | undefined>();
  const signed = new WeakMap<SignedCertificate, WeakMap<SignedCertificate, boolean>>();

  function read(der: Uint8Array): PooledCa | undefined {
    const id = toCertificateId(der);
    if (kept.has(id)) return kept.get(id);
    if (kept.size >= maxKept) kept.clear();
    const ca = tryRead(der);
    kept.set(id, ca);
    return ca;
  }

  function isIssuer(certificate: SignedCertificate, ca: PooledCa): boolean {
    const known = signed.get(certificate)?.get(ca);
    if (known !== undefined) return known;
    // Getting the key anew from the certificate takes as long as half a verification.
    const verified = ca.publicKey !== undefined && certificate.x509.verify(ca.publicKey);
    const results = signed.get(certificate) ?? new WeakMap<SignedCertificate, boolean>();
    signed.set(certificate, results.set(ca, verified));
    return verified;
  }

  return {
    read,
    chainOf: ({ der, facts }, cas) => {
      const byName = Map.groupBy(cas, (ca) => ca.facts.subjectNameSha256);
      const [only, ...more] = byName.get(facts.issuerNameSha256) ?? [];
      // What nothing is verified with is still to be readable by OpenSSL.
      const leaf = verify || more.length > 0 ? readSignedCertificate(der, facts) : undefined;
      if (only === undefined) return { chain: [], verified: false };
      const chain = leaf
        ? chainOf(leaf, byName, isIssuer)
        : [only, ...chainOf(only, byName, isIssuer).filter((ca) => ca !== only)];
      return { chain: chain.map((ca) => ca.der), verified: leaf !== undefined && chain.length > 0 };
    },
  };
}

function tryRead(der: Uint8Array): PooledCa | undefined {
  try {
    const signed = readSignedCertificate(der);
    return isCa(signed) ? { ...signed, der, publicKey: readPublicKey(signed) } : undefined;
  } catch (error) {
    if (error instanceof MusterError) return undefined;
    throw error;
  }
}
