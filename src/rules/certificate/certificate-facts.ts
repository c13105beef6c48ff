/** What the rules know of a certificate: plain data, read once at the edge. */
export interface CertificateFacts {
  /** Lower-case hex SHA-256 of the DER; the certificate id of AWS IoT. */
  readonly certificateId: string;
  /** RFC 4514 order reversed to the encoded order, for people: `C=DE, O=Acme, CN=0123`. */
  readonly subject: string;
  readonly issuer: string;
  /** Attribute values by short name (`CN`, `O`, `OU`, `C`, `ST`, `L`, `serialNumber`, …) or dotted OID. */
  readonly subjectAttributes: Readonly<Record<string, readonly string[]>>;
  /** Lower-case hex SHA-256 of the issuer's Name in DER. */
  readonly issuerNameSha256: string;
  /** The same of the subject's Name. */
  readonly subjectNameSha256: string;
  /** Subject and issuer are the same Name (RFC 5280 §3.2). */
  readonly selfIssued: boolean;
  /** Lower-case hex, even length, no sign byte. */
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: PublicKeyFacts;
  /** Lower-case hex SHA-256 of the SubjectPublicKeyInfo in DER. */
  readonly publicKeySha256: string;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  /** Dotted OIDs. */
  readonly extendedKeyUsage?: readonly string[];
  /** Dotted OIDs. */
  readonly extensions: readonly string[];
  /** Those of them that are marked critical. */
  readonly criticalExtensions: readonly string[];
}

export interface PublicKeyFacts {
  readonly algorithm: "rsa" | "rsa-pss" | "ec" | "other";
  /** Modulus or field size in bits. */
  readonly bits?: number;
  /** `P-256`, `P-384`, `P-521`, or another curve's name. */
  readonly curve?: string;
}

/** `other:<oid>` when it is none that a rule names. */
export type SignatureAlgorithm =
  | "sha256WithRSA"
  | "sha384WithRSA"
  | "sha512WithRSA"
  | "rsassaPss"
  | "ecdsaWithSha256"
  | "ecdsaWithSha384"
  | "ecdsaWithSha512"
  | "dsaWithSha256"
  | `other:${string}`;

export type KeyUsage =
  | "digitalSignature"
  | "nonRepudiation"
  | "keyEncipherment"
  | "dataEncipherment"
  | "keyAgreement"
  | "keyCertSign"
  | "cRLSign"
  | "encipherOnly"
  | "decipherOnly";
