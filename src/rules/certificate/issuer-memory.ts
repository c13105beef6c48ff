import { MusterError } from "../errors.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { isSignedBy, readSignedCertificate, type SignedCertificate } from "./signed-certificate.ts";

/**
 * What is known of CAs after the first time: thousands of certificates come with the same few. It
 * changes how fast an answer comes, never which.
 */
export interface IssuerMemory {
  /** Those of `ders` that can be read. */
  readonly readAll: (ders: readonly Uint8Array[]) => readonly SignedCertificate[];
  /** Whether the issuer's key made the signature on a CA that was read here, or on another certificate. */
  readonly isSignedBy: (certificate: SignedCertificate, issuer: SignedCertificate) => boolean;
  /** What `judge` says of a CA at that time; it is asked once. */
  readonly judge: (ca: SignedCertificate, now: Date, judge: () => boolean) => boolean;
}

/** Bounds what a hostile manifest, whose every record has CAs of its own, can make remembered. */
const maxRemembered = 256;

const none: readonly SignedCertificate[] = [];

/** Builds a memory for as long as its owner keeps it. */
export function createIssuerMemory(): IssuerMemory {
  const cas = new Map<string, SignedCertificate>();
  /** Anchors come as the same object each time. */
  const byObject = new WeakMap<Uint8Array, SignedCertificate>();
  const lists = new WeakMap<readonly Uint8Array[], readonly SignedCertificate[]>();
  const remembered = new WeakMap<CertificateFacts, Map<string, boolean>>();
  const judged = new WeakMap<
    SignedCertificate,
    { readonly time: number; readonly answer: boolean }
  >();
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
  const read = (der: Uint8Array): readonly SignedCertificate[] => {
    const known = byObject.get(der);
    if (known) return [known];
    try {
      const ca = readNew(der);
      byObject.set(der, ca);
      return [ca];
    } catch (error) {
      if (error instanceof MusterError) return [];
      throw error;
    }
  };
  return {
    judge: (ca, now, judge) => {
      const time = now.getTime();
      const known = judged.get(ca);
      if (known?.time === time) return known.answer;
      const answer = judge();
      judged.set(ca, { time, answer });
      return answer;
    },
    readAll: (ders) => {
      if (ders.length === 0) return none;
      const known = lists.get(ders);
      if (known) return known;
      const cas = ders.flatMap(read);
      lists.set(ders, cas);
      return cas;
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
