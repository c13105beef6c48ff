import { createHash, hash, sign } from "node:crypto";
import { keyUsages, type SampleCa } from "../sample/issue-certificate.ts";
import type {
  SampleFormat,
  SampleProfile,
  SampleRow,
  SampleWriting,
} from "../sample/sample-format.ts";
import { createPublicKey } from "../sample/sample-key.ts";

const organization = ["O", "Microchip Technology Inc"] as const;

/** Of an ATECC608C in its Trust&GO variant. */
const trustAndGo: SampleProfile = {
  root: [organization, ["CN", "Crypto Authentication Root CA 9xx (sample)"]],
  ca: [organization, ["CN", "Crypto Authentication Signer F600 (sample)"]],
  signer: [organization, ["CN", "Manifest Signer 9xx (sample)"]],
  keys: "ec",
  validYears: 28,
  deviceId: (index) =>
    `0123${createHash("sha256").update(String(index)).digest("hex").slice(0, 12)}01`,
  subject: (uniqueId) => [organization, ["CN", `sn${uniqueId.toUpperCase()}`]],
  keyUsage: keyUsages.signAndAgree,
};

/** As Microchip Direct gives it out: a JSON array in two spaces, each entry a flattened JWS. */
export const microchipSample: SampleFormat = {
  name: "microchip",
  title: "Microchip Trust&GO manifest",
  ending: ".json",
  profile: trustAndGo,
  *write(rows, given) {
    const signEntry = createSigning(given);
    let separator = "[\n";
    for (const row of rows) {
      yield separator + JSON.stringify(signEntry(row), null, 2).replaceAll(/^/gm, "  ");
      separator = ",\n";
    }
    yield separator === ",\n" ? "\n]\n" : "[]\n";
  },
};

/** Slots that have a key, beside that of the identity: none of these is in the payload. */
const spareSlots = ["1", "2", "3", "4"];

function createSigning({ pki, now }: SampleWriting) {
  const { signer, ca } = pki;
  if (signer === undefined) throw new TypeError("A signed format has a signer.");
  const x5tS256 = hash("sha256", signer.der, "base64url");
  const kid = signer.keyId.toString("base64url");
  return ({ defect, ...row }: SampleRow) => {
    const protectedHeader = encode({
      alg: defect === "other-algorithm" ? "HS256" : "ES256",
      kid,
      typ: "JWT",
      "x5t#S256": defect === "unknown-signer" ? hash("sha256", ca.der, "base64url") : x5tS256,
    });
    const payload = encode(toPayload({ defect, ...row } as SampleRow, ca, now));
    const signature = signBytes(`${protectedHeader}.${payload}`, signer);
    if (defect === "bad-signature") signature[0] = (signature[0] ?? 0) ^ 1;
    const uniqueId = defect === "forged-id" ? `${row.deviceId.slice(0, -2)}02` : row.deviceId;
    return {
      payload,
      protected: protectedHeader,
      header: { uniqueId },
      signature: signature.toString("base64url"),
    };
  };
}

function toPayload({ defect, deviceId, certificate, key }: SampleRow, ca: SampleCa, now: Date) {
  const unit = (name: string) => ({
    organizationName: organization[1],
    organizationalUnitName: name,
  });
  const { spki } = defect === "other-key" ? createPublicKey("ec") : key;
  const identity = {
    kid: "0",
    ...toJwk(spki),
    x5c: [certificate.toString("base64"), ca.der.toString("base64")],
  };
  return {
    version: 1,
    model: "ATECC608C",
    partNumber: "ATECC608C-TNGTLSU-B",
    manufacturer: unit("Secure Products Group"),
    provisioner: unit("Secure Products Group"),
    distributor: unit("Microchip Direct"),
    groupId: "SAMPLE0000000000",
    provisioningTimestamp: now.toISOString(),
    uniqueId: deviceId,
    ...(defect !== "no-certificate" && {
      publicKeySet: { keys: [identity, ...spareSlots.map((slot) => ({ kid: slot }))] },
    }),
  };
}

const coordinateBytes = 32;

/** The point is the end of SubjectPublicKeyInfo. */
function toJwk(spki: Buffer) {
  const x = spki.subarray(-2 * coordinateBytes, -coordinateBytes).toString("base64url");
  return { kty: "EC", crv: "P-256", x, y: spki.subarray(-coordinateBytes).toString("base64url") };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signBytes(text: string, { privateKey }: SampleCa): Buffer {
  return sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
}
