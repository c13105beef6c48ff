import { isSignedBy } from "../../rules/certificate/signed-certificate.ts";
import type { ReadCertificate } from "./read-certificates.ts";

interface LeafWithChain extends ReadCertificate {
  /** DER of the CAs that lead away from the leaf, its issuer first. */
  readonly chain: readonly Uint8Array[];
}

export interface SeparatedChains {
  readonly leaves: readonly LeafWithChain[];
  /** CAs that are in no leaf's chain. */
  readonly others: readonly ReadCertificate[];
}

const maxChainLength = 8;
/** As many as AWS IoT takes; more would let a file of them cost time without end. */
const maxCasOfOneName = 10;

/**
 * Tells device certificates from CAs and gives each the CAs that issued it, by name and signature,
 * wherever in the file they stand. Of copies the first counts.
 */
export function separateChains(certificates: readonly ReadCertificate[]): SeparatedChains {
  const distinct = new Map<string, ReadCertificate>();
  for (const each of certificates) {
    if (!distinct.has(each.facts.certificateId)) distinct.set(each.facts.certificateId, each);
  }
  const all = [...distinct.values()];
  const cas = all.filter(isCa);
  const casByName = Map.groupBy(cas, ({ facts }) => facts.subjectNameSha256);
  const used = new Set<ReadCertificate>();
  const leaves = all
    .filter((each) => !isCa(each))
    .map((leaf) => {
      const chain = chainOf(leaf, casByName);
      for (const ca of chain) used.add(ca);
      return { ...leaf, chain: chain.map(({ der }) => der) };
    });
  return { leaves, others: cas.filter((ca) => !used.has(ca)) };
}

function isCa({ facts }: ReadCertificate): boolean {
  return facts.basicConstraints?.ca === true;
}

function chainOf(
  leaf: ReadCertificate,
  casByName: ReadonlyMap<string, readonly ReadCertificate[]>,
): readonly ReadCertificate[] {
  const chain: ReadCertificate[] = [];
  let last: ReadCertificate | undefined = leaf;
  while (last !== undefined && chain.length < maxChainLength) {
    const certificate: ReadCertificate = last;
    const namesakes = casByName.get(certificate.facts.issuerNameSha256) ?? [];
    last = namesakes
      .slice(0, maxCasOfOneName)
      .find((ca) => !chain.includes(ca) && isSignedBy(certificate, ca));
    if (last !== undefined) chain.push(last);
  }
  return chain;
}
