import type { ColumnMapping } from "../manifest-format.ts";

/** What the names of columns or members mean, by position. */
export interface ResolvedFields {
  readonly certificate?: number;
  /** Certificates that go by other names than the first: which of them counts has to be told. */
  readonly ambiguous?: readonly number[];
  readonly id?: number;
  readonly chain?: number;
  /** A signing request or the id of a certificate, in place of the certificate. */
  readonly request?: number;
  readonly certificateId?: number;
  readonly secrets: readonly number[];
}

/** Folded; the first that is there counts. */
const aliases = {
  certificate:
    "cert certs certificate certificatepem certpem pem x509 crt der devicecert devicecertificate clientcert clientcertificate x509certificate",
  id: "deviceid nodeid thingname serial serialnumber sn uid uniqueid mac macaddress imei cn name id registrationid chipid",
  chain:
    "chain certchain certificatechain cachain chainpem issuerpem ca cacert cacertificate cacertificatepem intermediate intermediates",
  request: "csr certificatesigningrequest certificaterequest",
  certificateId:
    "certificateid thumbprint fingerprint certificatefingerprint primarythumbprint x509thumbprint iotcx509thumbprintprimary sha1 sha256",
} as const;

/** Folded; names that end so, whosesoever they are, but for those that only say whether there is one. */
const secretEndings =
  /^(?!has|is)\w*(?:secret(?:key)?|passw(?:or)?[dt]|passphrase|psk|(?:priv(?:ate)?|preshared|shared(?:access)?|symmetric|aes|api|master|encryption|network)key|connectionstring)(?:pem|hex|base64)?$/;
const secretNames =
  /^(?:devicekey|keypem|(?:iotc)?sas(?:key|token)?(?:primary|secondary)?|(?:access|auth|api|bearer)token|appkey|nwkkey|appskey|nwkskey|primarykey|secondarykey|pin|pop|proofofpossession)$/;

/** Whether a column or member is named as one that holds a secret. */
export function isSecretName(name: string): boolean {
  const fold = foldName(name);
  return secretNames.test(fold) || secretEndings.test(fold);
}

/** As names are compared: `Device_ID`, `device id` and `deviceId` are one. */
export function foldName(name: string): string {
  const known = folded.get(name);
  if (known !== undefined) return known;
  const fold = name.toLowerCase().replaceAll(/[\s_.-]/g, "");
  if (folded.size >= maxFolded) folded.clear();
  if (name.length <= maxFoldedLength) folded.set(name, fold);
  return fold;
}

/** Every record has the same few names. */
const folded = new Map<string, string>();
const maxFolded = 500;
const maxFoldedLength = 128;

/** Finds out what is where, by the usual names or as told. */
export function resolveFields(
  names: readonly string[],
  mapping: ColumnMapping = {},
): ResolvedFields {
  const folded = names.map(foldName);
  const find = (role: keyof typeof aliases): readonly number[] =>
    aliases[role]
      .split(" ")
      .map((alias) => folded.indexOf(alias))
      .filter((index) => index >= 0);
  const told = (name: string | undefined): number | undefined => {
    if (name === undefined) return undefined;
    const index = names.indexOf(name);
    return index >= 0 ? index : toIndex(folded.indexOf(foldName(name)));
  };
  const [certificate, ...ambiguous] = toList(told(mapping.cert)) ?? find("certificate");
  const taken = [certificate, ...ambiguous];
  const first = (role: keyof typeof aliases, name?: string) =>
    told(name) ?? find(role).find((index) => !taken.includes(index));
  return compact({
    certificate,
    ambiguous: ambiguous.length > 0 ? ambiguous : undefined,
    id: first("id", mapping.id),
    chain: first("chain", mapping.chain),
    request: first("request"),
    certificateId: first("certificateId"),
    secrets: folded.flatMap((name, index) => (isSecretName(name) ? [index] : [])),
  });
}

/** @returns the names in a mapping that are not there. */
export function missingFields(names: readonly string[], mapping: ColumnMapping): readonly string[] {
  const folded = new Set(names.map(foldName));
  return Object.values(mapping).filter((name) => !folded.has(foldName(name)));
}

function toIndex(index: number): number | undefined {
  return index >= 0 ? index : undefined;
}

function toList(index: number | undefined): readonly number[] | undefined {
  return index === undefined ? undefined : [index];
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

function compact(fields: Optional<Required<ResolvedFields>>): ResolvedFields {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { secrets: [], ...Object.fromEntries(there) };
}
