import { isSignedBy, type SignedCertificate } from "../../rules/certificate/signed-certificate.ts";

const maxChainLength = 8;
/** As many as AWS IoT takes; more would let a file of them cost time without end. */
const maxCasOfOneName = 10;

/**
 * Finds the CAs that lead away from a certificate, its issuer first, by name and signature.
 *
 * @param casByName CAs by the SHA-256 of their subject.
 * @param isIssuer told whether a CA signed a certificate of its name.
 */
export function chainOf<C extends SignedCertificate>(
  leaf: SignedCertificate,
  casByName: ReadonlyMap<string, readonly C[]>,
  isIssuer: (certificate: SignedCertificate, ca: C) => boolean = isSignedBy,
): readonly C[] {
  const chain: C[] = [];
  let last: SignedCertificate | undefined = leaf;
  while (last !== undefined && chain.length < maxChainLength) {
    const certificate: SignedCertificate = last;
    const namesakes = casByName.get(certificate.facts.issuerNameSha256) ?? [];
    const issuer: C | undefined = namesakes
      .slice(0, maxCasOfOneName)
      .find((ca) => !chain.includes(ca) && isIssuer(certificate, ca));
    if (issuer !== undefined) chain.push(issuer);
    last = issuer;
  }
  return chain;
}
