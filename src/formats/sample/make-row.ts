import { hash } from "node:crypto";
import { toPem } from "../certificates/to-pem.ts";
import { toValidity } from "./create-pki.ts";
import { createSampleCa, issueCertificate, type SampleCa } from "./issue-certificate.ts";
import type { SampleDefect } from "./sample-defects.ts";
import type { SamplePki, SampleProfile, SampleRow } from "./sample-format.ts";
import { createHeldKey, createPublicKey, type SampleKey } from "./sample-key.ts";

interface Made {
  readonly index: number;
  readonly defect: SampleDefect | undefined;
  readonly before: SampleRow | undefined;
  /** Whether somebody is to hold the key. */
  readonly real: boolean;
}

const dayMs = 86_400_000;
const expiredDays = 730;

/** Builds the making of one device after the other, with what a defect makes of it. */
export function createRowMaker(profile: SampleProfile, pki: SamplePki, now: Date) {
  const validity = toValidity(now, profile.validYears);
  const expired = toValidity(new Date(now.getTime() - expiredDays * dayMs), 1);
  let namesake: SampleCa | undefined;
  const getNamesake = () => {
    namesake ??= createSampleCa({ name: profile.ca, pathLength: 0, validity });
    return namesake;
  };
  const issue = (deviceId: string, key: SampleKey, defect: SampleDefect | undefined) =>
    issueCertificate(defect === "other-ca" ? getNamesake() : pki.ca, {
      ...profile.style,
      subject: profile.subject(defect === "other-name" ? "CUSTOM-0001" : deviceId),
      key,
      validity: defect === "expired" ? expired : validity,
      keyUsage: profile.keyUsage,
      ...(defect === "is-ca" && { ca: {} }),
    });
  return ({ index, defect, before, real }: Made): SampleRow => {
    if (defect === "duplicate-leaf" && before) return before;
    const deviceId = defect === "excel-zeros" ? toPaddedId(index) : profile.deviceId(index);
    const key = real ? createHeldKey(profile.keys) : createPublicKey(profile.keys);
    const row = { deviceId, certificate: issue(deviceId, key, defect), key };
    if (defect === undefined) return row;
    return {
      ...row,
      defect,
      ...spoilId(deviceId, defect, before),
      ...spoilCertificate(row, defect, before),
    };
  };
}

const paddedDigits = 15;

/** Such as an IMEI that begins with zeros. */
function toPaddedId(index: number): string {
  return String(index + 1).padStart(paddedDigits, "0");
}

function spoilId(
  deviceId: string,
  defect: SampleDefect,
  before: SampleRow | undefined,
): Partial<Pick<SampleRow, "deviceId">> {
  switch (defect) {
    case "duplicate-id":
      return before ? { deviceId: before.deviceId } : {};
    case "duplicate-id-case":
      return before ? { deviceId: swapCase(before.deviceId) } : {};
    case "no-id":
      return { deviceId: "" };
    case "control-id":
      return { deviceId: `${deviceId.slice(0, 4)}\u0007${deviceId.slice(4)}` };
    case "excel-id":
      return { deviceId: "1.23E+17" };
    case "excel-zeros":
      return { deviceId: deviceId.replace(/^0+/, "") };
    default:
      return {};
  }
}

function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return text === upper ? text.toLowerCase() : upper;
}

const cellLimit = 32_767;
const trailingBytes = 16;
/** As an OPTIGA Trust M has it: a tag and three lengths. */
const identityTag = Buffer.from("c0020000020001ff00", "hex");

function spoilCertificate(
  { certificate, key }: SampleRow,
  defect: SampleDefect,
  before: SampleRow | undefined,
): Partial<Pick<SampleRow, "certificate" | "text">> {
  switch (defect) {
    case "unreadable":
      return { certificate: certificate.subarray(0, -8) };
    case "trailing-bytes":
      return { certificate: Buffer.concat([certificate, Buffer.alloc(trailingBytes, 0xff)]) };
    case "leading-bytes":
      return { certificate: Buffer.concat([identityTag, certificate]) };
    case "missing":
      return { text: "" };
    case "several":
      return { text: toPem(certificate) + toPem(before?.certificate ?? certificate) };
    case "request":
      return { text: toPem(certificate).replaceAll("CERTIFICATE", "CERTIFICATE REQUEST") };
    case "other-block":
      return { text: toPem(key.spki).replaceAll("CERTIFICATE", "PUBLIC KEY") };
    case "thumbprint":
      return { text: hash("sha256", certificate, "hex") };
    case "excel-cell":
      return { text: "A".repeat(cellLimit) };
    case "private-key":
      return { text: toKeyPem(key) };
    default:
      return {};
  }
}

/** PKCS#8; of a key that nobody holds another one. */
export function toKeyPem({ privateKey = createHeldKey("ec").privateKey }: SampleKey): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
