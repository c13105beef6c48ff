import { chainOf } from "./chain-of.ts";
import { isCa } from "./read-certificate.ts";
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
