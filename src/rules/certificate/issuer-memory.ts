import type { CertificateFacts } from "./certificate-facts.ts";
import { isSignedBy, readSignedCertificate, type SignedCertificate } from "./signed-certificate.ts";

/**
 * What is known of CAs after the first time: thousands of certificates come with the same few. It
 * changes how fast an answer comes, never which.
 */
export interface IssuerMemory {
  /** @throws MusterError CERTIFICATE_UNREADABLE */
  readonly read: (der: Uint8Array) => SignedCertificate;
  /** Whether the issuer's key made the signature on a CA that was read here, or on another certificate. */
  readonly isSignedBy: (certificate: SignedCertificate, issuer: SignedCertificate) => boolean;
}

/** Bounds what a hostile manifest, whose every record has CAs of its own, can make remembered. */
const maxRemembered = 256;

/** Builds a memory for as long as its owner keeps it. */
export function createIssuerMemory(): IssuerMemory {
  const cas = new Map<string, SignedCertificate>();
  /** Anchors come as the same object each time. */
  const byObject = new WeakMap<Uint8Array, SignedCertificate>();
  const remembered = new WeakMap<CertificateFacts, Map<string, boolean>>();
  const readNew = (der: Uint8Array): SignedCertificate => {
    const key = Buffer.from(der.buffer, der.byteOffset, der.length).toString("latin1");
    const known = cas.get(key);
    if (known) return known;
    const ca = readSignedCertificate(der);
    if (cas.size >= maxRemembered) cas.clear();
    cas.set(key, ca);
    remembered.set(ca.facts, new Map());
    return ca;
  };
  return {
    read: (der) => {
      const known = byObject.get(der);
      if (known) return known;
      const ca = readNew(der);
      byObject.set(der, ca);
      return ca;
    },
    isSignedBy: (certificate, issuer) => {
      const answers = remembered.get(certificate.facts);
      if (answers === undefined) return isSignedBy(certificate, issuer);
      const { certificateId } = issuer.facts;
      const known = answers.get(certificateId);
      if (known !== undefined) return known;
      const answer = isSignedBy(certificate, issuer);
      if (answers.size >= maxRemembered) answers.clear();
      answers.set(certificateId, answer);
      return answer;
    },
  };
}
