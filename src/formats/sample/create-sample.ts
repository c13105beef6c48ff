import { hash } from "node:crypto";
import { toPem } from "../certificates/to-pem.ts";
import {
  createSampleCa,
  issueCertificate,
  keyUsages,
  type SampleCa,
  type SampleCertificateSpec,
  toKeyId,
} from "./issue-certificate.ts";
import { type SampleDefect, sampleDefects } from "./sample-defects.ts";
import type { SampleFormat, SamplePki, SampleProfile, SampleRow } from "./sample-format.ts";
import {
  createHeldKey,
  createPublicKey,
  type SampleKey,
  type SampleKeyKind,
} from "./sample-key.ts";
import { writeEnds } from "./write-ends.ts";

export interface SampleRequest {
  readonly format: SampleFormat;
  readonly count: number;
  /** So many devices, the first, get keys that somebody holds. */
  readonly keys?: number;
  readonly defects?: readonly SampleDefect[];
  /** Of the CAs; default `ec`, which signs twenty times as fast. */
  readonly caKeys?: SampleKeyKind;
  readonly now: Date;
  /** Called with each device that gets a key, before its record is written. */
  readonly onDevice?: (device: SampleDevice) => void;
}

/** What a device connects with. */
export interface SampleDevice {
  readonly deviceId: string;
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

export interface Sample {
  /** The manifest, made as it is read. */
  readonly chunks: Iterable<Buffer>;
  readonly pki: SamplePki;
}

/** Makes a manifest of devices that do not exist, under CAs that nobody trusts. */
export function createSample(request: SampleRequest): Sample {
  const { format, now, caKeys = "ec" } = request;
  const defects = new Set(request.defects);
  const pki = createPki(format.profile, now, caKeys);
  const rows = createRows(request, pki);
  return { pki, chunks: writeEnds(format.write(rows, { pki, defects, now }), defects) };
}

const hourMs = 3_600_000;

function createPki(
  { root, ca, signer, validYears }: SampleProfile,
  now: Date,
  keys: SampleKeyKind,
): SamplePki {
  const validity = toValidity(now, validYears + 3);
  const top = createSampleCa({ name: root, keys, pathLength: 1, validity });
  const issuing = createSampleCa({ name: ca, keys, issuer: top, pathLength: 0, validity });
  if (signer === undefined) return { root: top, ca: issuing };
  return { root: top, ca: issuing, signer: createSigner(signer, validity) };
}

/** Self-signed, and no CA. */
function createSigner(
  name: SampleProfile["root"],
  validity: Pick<SampleCertificateSpec, "notBefore" | "notAfter">,
): SampleCa {
  const key = createHeldKey("ec");
  const signer = { name, keyId: toKeyId(key.spki), privateKey: key.privateKey };
  const spec = { subject: name, key, ...validity, keyUsage: keyUsages.sign };
  return { ...signer, der: issueCertificate(signer, spec) };
}

/** From the last full hour on, as vendors round. */
function toValidity(now: Date, years: number) {
  const notBefore = new Date(Math.floor(now.getTime() / hourMs) * hourMs);
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + years);
  return { notBefore, notAfter };
}

function* createRows(
  { format, count, keys = 0, defects = [], now, onDevice }: SampleRequest,
  pki: SamplePki,
): Generator<SampleRow> {
  const places = placeDefects(defects, count);
  const make = createMake(format.profile, pki, now);
  let before: SampleRow | undefined;
  for (let index = 0; index < count; index += 1) {
    const row = make({ index, defect: places.get(index), before, real: index < keys });
    if (index < keys) onDevice?.(toDevice(row));
    yield row;
    before = row;
  }
}

/** Spreads the records with defects, none of them the first. */
function placeDefects(
  defects: readonly SampleDefect[],
  count: number,
): ReadonlyMap<number, SampleDefect> {
  const ofRecords = defects.filter((name) => sampleDefects[name].of === "record");
  return new Map(
    ofRecords.map((name, at) => [Math.floor(((at + 1) * count) / (ofRecords.length + 1)), name]),
  );
}

interface Made {
  readonly index: number;
  readonly defect: SampleDefect | undefined;
  readonly before: SampleRow | undefined;
  readonly real: boolean;
}

function createMake(profile: SampleProfile, pki: SamplePki, now: Date) {
  const validity = toValidity(now, profile.validYears);
  const expired = toValidity(new Date(now.getTime() - 2 * 365 * 24 * hourMs), 1);
  const namesake = createSampleCa({ name: profile.ca, pathLength: 0, validity });
  const issue = (deviceId: string, key: SampleKey, defect: SampleDefect | undefined) =>
    issueCertificate(defect === "other-ca" ? namesake : pki.ca, {
      subject: profile.subject(deviceId),
      key,
      ...(defect === "expired" ? expired : validity),
      isCa: defect === "is-ca",
      keyUsage: profile.keyUsage,
    });
  return ({ index, defect, before, real }: Made): SampleRow => {
    if (defect === "duplicate-leaf" && before) return before;
    const deviceId = profile.deviceId(index);
    const key = real ? createHeldKey(profile.keys) : createPublicKey(profile.keys);
    const row = { deviceId, certificate: issue(deviceId, key, defect), key };
    if (defect === undefined) return row;
    const taken = defect === "duplicate-id" && before ? { deviceId: before.deviceId } : {};
    return { ...row, defect, ...taken, ...spoil(row, defect) };
  };
}

function spoil(
  { certificate, key }: SampleRow,
  defect: SampleDefect,
): Partial<Pick<SampleRow, "certificate" | "deviceId" | "text">> {
  switch (defect) {
    case "unreadable":
      return { certificate: certificate.subarray(0, -8) };
    case "missing":
      return { text: "" };
    case "request":
      return { text: toPem(certificate).replaceAll("CERTIFICATE", "CERTIFICATE REQUEST") };
    case "thumbprint":
      return { text: hash("sha256", certificate, "hex") };
    case "private-key":
      return { text: toKeyPem(key) };
    case "excel-id":
      return { deviceId: "1.23E+17" };
    default:
      return {};
  }
}

function toDevice({ deviceId, certificate, key }: SampleRow): SampleDevice {
  return { deviceId, certificatePem: toPem(certificate), privateKeyPem: toKeyPem(key) };
}

function toKeyPem({ privateKey = createHeldKey("ec").privateKey }: SampleKey): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
