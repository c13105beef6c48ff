import { hash, sign } from "node:crypto";
import type { SampleCa } from "../sample/issue-certificate.ts";
import type { SampleRow, SampleWriting } from "../sample/sample-format.ts";
import { createPublicKey } from "../sample/sample-key.ts";

export const organization = ["O", "Microchip Technology Inc"] as const;

/** Builds the writing of one device's entry, with what its defect makes of it. */
export function createEntrySigning({ pki, now, defects }: SampleWriting) {
  const { signer, ca } = pki;
  if (signer === undefined) throw new TypeError("A signed format has a signer.");
  const spaced = defects.has("spaced-json");
  return (row: SampleRow) => {
    const { defect, deviceId } = row;
    const protectedHeader = encode(toProtected(row, signer, ca));
    const payload = encode(toPayload(row, { ca, now, spaced }), spaced);
    const signature = signBytes(`${protectedHeader}.${payload}`, signer);
    if (defect === "bad-signature") signature[0] = (signature[0] ?? 0) ^ 1;
    const uniqueId = defect === "forged-id" ? `${deviceId.slice(0, -2)}02` : deviceId;
    return {
      ...(defect !== "not-jws" && { payload }),
      protected: protectedHeader,
      header: { uniqueId },
      signature: signature.toString("base64url"),
    };
  };
}

function toProtected({ defect }: SampleRow, signer: SampleCa, ca: SampleCa) {
  const named = defect === "unknown-signer" ? ca : signer;
  const keyId = defect === "signer-mismatch" ? ca.keyId : named.keyId;
  return {
    typ: "JWT",
    alg: defect === "other-algorithm" ? "HS256" : "ES256",
    kid: keyId.toString("base64url"),
    "x5t#S256": hash("sha256", named.der, "base64url"),
  };
}

interface Provisioned {
  readonly ca: SampleCa;
  readonly now: Date;
  readonly spaced: boolean;
}

const dayMs = 86_400_000;

function toPayload(row: SampleRow, { ca, now, spaced }: Provisioned) {
  const { defect, deviceId } = row;
  const unit = (name: string) => ({
    organizationName: organization[1],
    organizationalUnitName: name,
  });
  const at = defect === "signer-expired" ? new Date(now.getTime() - dayMs) : now;
  return {
    version: defect === "new-version" ? 4 : 1,
    model: "ATECC608C",
    partNumber: "ATECC608C-TNGTLSU-B",
    manufacturer: unit("Secure Products Group"),
    provisioner: unit("Secure Products Group"),
    distributor: unit("Microchip Direct"),
    ...(!spaced && { groupId: "SAMPLE0000000000" }),
    provisioningTimestamp: at.toISOString(),
    uniqueId: deviceId,
    ...(defect !== "no-certificate" && { publicKeySet: { keys: toKeys(row, ca) } }),
  };
}

/** Slot 0 is the identity; the others are the customer's to use. */
const spareSlots = ["1", "2", "3", "4"];

function toKeys({ defect, certificate, key }: SampleRow, ca: SampleCa): readonly object[] {
  const x5c = [certificate.toString("base64"), ca.der.toString("base64")];
  const { spki } = defect === "other-key" ? createPublicKey("ec") : key;
  const identity = { ...toJwk("0", spki), x5c };
  const spares = spareSlots.map((slot) => toJwk(slot, createPublicKey("ec").spki));
  if (defect !== "several-slots") return [identity, ...spares];
  const [first, second, ...others] = spares;
  return [{ ...first, x5c }, { ...second, x5c }, ...others];
}

const coordinateBytes = 32;

/** The point is the end of SubjectPublicKeyInfo. */
function toJwk(kid: string, spki: Buffer) {
  const x = spki.subarray(-2 * coordinateBytes, -coordinateBytes).toString("base64url");
  const y = spki.subarray(-coordinateBytes).toString("base64url");
  return { kid, kty: "EC", crv: "P-256", x, y };
}

/** @param spaced as Python's `json.dumps` does. */
function encode(value: object, spaced = false): string {
  const text = JSON.stringify(value);
  const written = spaced ? text.replaceAll(/"[^"]*"|[,:]/g, addBlank) : text;
  return Buffer.from(written).toString("base64url");
}

function addBlank(token: string): string {
  return token.startsWith('"') ? token : `${token} `;
}

function signBytes(text: string, { privateKey }: SampleCa): Buffer {
  return sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
}
