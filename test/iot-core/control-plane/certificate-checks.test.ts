import { webcrypto } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type CertificateOptions, issue, refusalOf, startStandIn } from "../support.ts";

const publicExponent = new Uint8Array([1, 0, 1]);

function rsa(modulusLength: number, name = "RSASSA-PKCS1-v1_5", hash = "SHA-256") {
  return { name, modulusLength, publicExponent, hash };
}

const accepted: readonly { name: string; options: CertificateOptions }[] = [
  { name: "EC P-256", options: { key: { name: "ECDSA", namedCurve: "P-256" } } },
  {
    name: "EC P-384 with SHA-384",
    options: {
      key: { name: "ECDSA", namedCurve: "P-384" },
      signature: { name: "ECDSA", hash: "SHA-384" },
    },
  },
  {
    name: "EC P-521 with SHA-512",
    options: {
      key: { name: "ECDSA", namedCurve: "P-521" },
      signature: { name: "ECDSA", hash: "SHA-512" },
    },
  },
  { name: "RSA of 2048 bits", options: { key: rsa(2048) } },
  { name: "RSA with SHA-384", options: { key: rsa(2048, "RSASSA-PKCS1-v1_5", "SHA-384") } },
  { name: "RSA with SHA-512", options: { key: rsa(2048, "RSASSA-PKCS1-v1_5", "SHA-512") } },
  {
    name: "RSASSA-PSS with SHA-256",
    options: {
      key: rsa(2048, "RSA-PSS"),
      signature: { name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
    },
  },
  { name: "a validity that begins now", options: { notBefore: new Date("2026-06-01T12:00:00Z") } },
];

const refused: readonly { name: string; options: CertificateOptions }[] = [
  { name: "RSA of 1024 bits", options: { key: rsa(1024) } },
  { name: "Ed25519", options: { key: { name: "Ed25519" } } },
  {
    name: "RSA with SHA-1",
    options: {
      key: rsa(2048, "RSASSA-PKCS1-v1_5", "SHA-1"),
      signature: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-1" },
    },
  },
  {
    name: "RSASSA-PSS with SHA-1",
    options: {
      key: rsa(2048, "RSA-PSS", "SHA-1"),
      signature: { name: "RSA-PSS", hash: "SHA-1", saltLength: 20 },
    },
  },
  {
    name: "ECDSA with SHA-1",
    options: { signature: { name: "ECDSA", hash: "SHA-1" } },
  },
  { name: "a validity that has ended", options: { notAfter: new Date("2026-06-01T11:59:59Z") } },
  { name: "a validity yet to begin", options: { notBefore: new Date("2026-06-01T12:00:01Z") } },
];

describe("a certificate at its registration", () => {
  test.for(accepted)("is accepted with $name", async ({ options }) => {
    const { iot } = await startStandIn();
    const { pem: certificatePem, id } = await issue(options);
    await expect(iot.registerCertificateWithoutCA({ certificatePem })).resolves.toMatchObject({
      certificateId: id,
    });
  });

  test.for(refused)("is refused with $name", async ({ options }) => {
    const { iot } = await startStandIn();
    const { pem: certificatePem } = await issue(options);
    expect(await refusalOf(iot.registerCertificateWithoutCA({ certificatePem }))).toBe(
      "400 CertificateValidationException",
    );
  });

  test("is refused together with a private key, which the answer does not repeat", async () => {
    const { iot } = await startStandIn();
    const { pem, keys } = await issue();
    const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    const secret = Buffer.from(der).toString("base64");
    const certificatePem = `${pem}\n-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
    await expect(iot.registerCertificateWithoutCA({ certificatePem })).rejects.toMatchObject({
      name: "CertificateValidationException",
      message: expect.not.stringContaining(secret),
    });
  });
});
