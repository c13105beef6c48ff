interface KnownSigner {
  /** Common name of the certificate. */
  readonly name: string;
  readonly thumbprint: string;
}

/**
 * Microchip's own signers of manifests, by `x5t#S256`: to name the one that is missing, and to tell a
 * genuine one. They are trusted only where they are given.
 */
const microchipSigners: readonly KnownSigner[] = [
  { name: "Log Signer 001", thumbprint: "TEc46ST2RDF_AOvBtoCYa838VWIPfNV_2jTqNa4j5R4" },
  { name: "Log Signer 002", thumbprint: "U9TKmw4f3iG56OGR8YV_Ncxlk0DlG0FyL9aDlwfbv1A" },
  { name: "Log Signer 003", thumbprint: "MMfKcg46stGgo7rOLVrV2vo_VKCbfSEXrdrDWqYKMYg" },
  { name: "Log Signer 004", thumbprint: "1flh5ECC_dLRmN1AeqHM9etfOM9ROOvEOEWAaYQXOo8" },
  { name: "Manifest Signer 005", thumbprint: "Vx2ZhBEX46-zTyiIYEWQP6eFzCg90ugGjh5epGBM4OM" },
];

/**
 * @param certificateId SHA-256 of the certificate, in hex.
 * @returns the name that Microchip published the certificate under; undefined when it is none of these.
 */
export function toMicrochipSigner(certificateId: string): string | undefined {
  const thumbprint = Buffer.from(certificateId, "hex").toString("base64url");
  return microchipSigners.find((each) => each.thumbprint === thumbprint)?.name;
}
