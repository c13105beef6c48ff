import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createKeyScan } from "../../../src/formats/certificates/scan-for-keys.ts";
import { makeDevices } from "../support.ts";

const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const p256 = ec("P-256");
const secret = { cipher: "aes-256-cbc", passphrase: "x" } as const;
const keys = [
  ["SEC1, P-256", p256.export({ type: "sec1", format: "der" })],
  ["SEC1, P-384", ec("P-384").export({ type: "sec1", format: "der" })],
  ["PKCS#8, P-256", p256.export({ type: "pkcs8", format: "der" })],
  ["PKCS#8, P-521", ec("P-521").export({ type: "pkcs8", format: "der" })],
  ["PKCS#8, RSA", rsa.export({ type: "pkcs8", format: "der" })],
  ["PKCS#1, RSA", rsa.export({ type: "pkcs1", format: "der" })],
  [
    "PKCS#8, Ed25519",
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }),
  ],
  ["PKCS#8, encrypted", p256.export({ type: "pkcs8", format: "der", ...secret })],
  ["PKCS#8, encrypted, RSA", rsa.export({ type: "pkcs8", format: "der", ...secret })],
] as const;

const sees = (text: string | Buffer) => createKeyScan().sees(Buffer.from(text));
const upper = (der: Buffer) => der.toString("hex").toUpperCase();

describe("a private key in DER is seen", () => {
  test.for(keys)("in base64, in hex: %s", ([, der]) => {
    expect(sees(`id,cert,note\n1,x,${der.toString("base64")}\n`)).toBe(true);
    expect(sees(`id,cert,note\n1,x,${der.toString("hex")}\n`)).toBe(true);
    expect(sees(`id,cert,note\n1,x,${upper(der)}\n`)).toBe(true);
  });

  test.for(keys)("as it is, wherever it stands: %s", ([, der]) => {
    expect(sees(Buffer.concat([Buffer.alloc(1_000, 0xff), der]))).toBe(true);
  });
});

test("a certificate is not taken for a private key, in any spelling", async () => {
  for (const { leaf } of await makeDevices(50)) {
    const der = Buffer.from(leaf);
    for (const spelling of [der, der.toString("base64"), der.toString("hex"), upper(der)]) {
      expect(sees(spelling)).toBe(false);
    }
  }
});
