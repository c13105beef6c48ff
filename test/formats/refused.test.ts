import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createKeyScan } from "../../src/formats/certificates/scan-for-keys.ts";
import { toPem } from "../../src/formats/certificates/to-pem.ts";
import { surveyManifest } from "../../src/formats/survey-manifest.ts";
import { makeDevices, readAll } from "./support.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const keyDer = privateKey.export({ type: "pkcs8", format: "der" });
const inBase64 = keyDer.toString("base64");

async function setup() {
  const [device] = await makeDevices(1);
  const der = device?.leaf ?? new Uint8Array();
  return { pem: toPem(der), der, base64: Buffer.from(der).toString("base64") };
}

type Device = Awaited<ReturnType<typeof setup>>;

/** Where a key can hide, in each format. */
const inputs: Readonly<Record<string, (device: Device) => string | Uint8Array>> = {
  "PEM after a certificate": ({ pem }) => pem + keyPem,
  "PEM before a certificate": ({ pem }) => keyPem + pem,
  "PEM alone": () => keyPem,
  "PEM of another kind": ({ pem }) =>
    pem + privateKey.export({ type: "sec1", format: "pem" }).toString(),
  "PEM far behind": ({ pem }) => pem.repeat(300) + keyPem,
  "PEM in UTF-16": ({ pem }) => Buffer.from(`\ufeff${pem}${keyPem}`, "utf16le"),
  "DER after a certificate": ({ der }) => Buffer.concat([der, keyDer]),
  "base64 in a list": ({ base64 }) => `${base64}\n${inBase64}\n`,
  "base64 of PEM in a list": ({ base64 }) =>
    `${base64}\n${Buffer.from(keyPem).toString("base64")}\n`,
  "base64 of PEM, moved by one": ({ base64 }) =>
    `${base64}\n${Buffer.from(`x${keyPem}`).toString("base64")}\n`,
  "base64 of PEM, moved by two": ({ base64 }) =>
    `${base64}\n${Buffer.from(`xx${keyPem}`).toString("base64")}\n`,
  "a column of a CSV": ({ base64 }) => `id,cert,note\n1,${base64},"${keyPem}"\n`,
  "the certificate's column of a CSV": ({ base64 }) => `id,cert\n1,${base64}\n2,${inBase64}\n`,
  "PEM labelled as a certificate": ({ pem }) => pem + toPem(keyDer),
  "a member of an object": ({ pem }) =>
    `${JSON.stringify({ cert: pem })}\n${JSON.stringify({ cert: pem, key: keyPem })}\n`,
  "a JSON Web Key": ({ pem }) =>
    `${JSON.stringify({ cert: pem })}\n${JSON.stringify(privateKey.export({ format: "jwk" }))}\n`,
};

describe("a private key refuses the whole manifest, and nothing of it is said", () => {
  test.for(Object.keys(inputs))("%s", async (name) => {
    const input = inputs[name]?.(await setup()) ?? "";
    const refused = readAll(input, { source: "batch.csv", chunkSizes: [1000] });
    await expect(refused).rejects.toMatchObject({
      code: "PRIVATE_KEY_REFUSED",
      message: expect.stringMatching(/^batch\.csv holds a private key\./),
    });
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toContain(inBase64.slice(20, 60));
  });
});

describe("what refuses a manifest is found before any of it is read", () => {
  test.for(Object.keys(inputs))("a private key: %s", async (name) => {
    const input = Buffer.from(inputs[name]?.(await setup()) ?? "");
    await expect(surveyManifest(() => [input])).rejects.toMatchObject({
      code: "PRIVATE_KEY_REFUSED",
    });
  });

  test.for([
    ["PKCS#8 of P-256", "ec", "P-256", "pkcs8"],
    ["SEC1 of P-256", "ec", "P-256", "sec1"],
    ["PKCS#8 of P-384", "ec", "P-384", "pkcs8"],
    ["SEC1 of P-384", "ec", "P-384", "sec1"],
    ["PKCS#8 of P-521", "ec", "P-521", "pkcs8"],
    ["SEC1 of P-521", "ec", "P-521", "sec1"],
    ["PKCS#8 of RSA", "rsa", 2048, "pkcs8"],
    ["PKCS#1 of RSA", "rsa", 2048, "pkcs1"],
    ["PKCS#8 of RSA, 3072 bits", "rsa", 3072, "pkcs8"],
    ["PKCS#1 of RSA, 3072 bits", "rsa", 3072, "pkcs1"],
  ] as const)("a private key in base64 of DER: %s", ([, kind, size, type]) => {
    const { privateKey: key } =
      kind === "ec"
        ? generateKeyPairSync("ec", { namedCurve: size })
        : generateKeyPairSync("rsa", { modulusLength: size });
    const der = key.export({ format: "der", type: type as "pkcs8" });
    const { sees } = createKeyScan();
    expect(sees(Buffer.from("id,cert\n1,"))).toBe(false);
    // Its beginning goes over two chunks.
    const text = der.toString("base64");
    expect(sees(Buffer.from(text.slice(0, 5)))).toBe(false);
    expect(sees(Buffer.from(text.slice(5)))).toBe(true);
  });

  test("a secret far behind", async () => {
    const { base64 } = await setup();
    const rows = `1,${base64},\n`.repeat(50);
    const csv = Buffer.from(`id,cert,psk\n${rows}2,${base64},hunter2\n`);
    const object = (psk: string) => `${JSON.stringify({ id: "1", cert: base64, psk })}\n`;
    const ndjson = Buffer.from(object("").repeat(50) + object("hunter2"));
    for (const input of [csv, ndjson]) {
      await expect(surveyManifest(() => [input])).rejects.toMatchObject({ code: "SECRET_REFUSED" });
    }
    const harmless = csv.subarray(0, csv.lastIndexOf("2,"));
    expect((await readAll(harmless)).rows).toHaveLength(50);
  });
});

describe("secrets and hashes in place of certificates are refused", () => {
  test.for([
    [
      "an export of IoT Hub",
      '{"id":"a","status":"enabled","authentication":{"x509Thumbprint":{"primaryThumbprint":"AA"}}}\n',
      "MANIFEST_WITHOUT_CERTIFICATES",
    ],
    [
      "symmetric keys of enrolments",
      '[{"registrationId":"a","attestation":{"type":"symmetricKey","symmetricKey":{"primaryKey":"c2VjcmV0"}}}]',
      "SECRET_REFUSED",
    ],
    ["a member that is named as a secret", '{"id":"a","psk":"c2VjcmV0"}\n', "SECRET_REFUSED"],
    [
      "one among attributes",
      '{"id":"a","cert":"","attributes":{"psk":"c2VjcmV0"}}\n',
      "SECRET_REFUSED",
    ],
    [
      "one further in",
      '{"id":"a","cert":"","x":[{"y":{"apiKey":"c2VjcmV0"}}]}\n',
      "SECRET_REFUSED",
    ],
    [
      "a private JSON Web Key",
      '{"id":"a","cert":"","jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"c2VjcmV0"}}\n',
      "PRIVATE_KEY_REFUSED",
    ],
  ] as const)("%s", async ([, input, code]) => {
    const refused = readAll(input);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.not.toThrow(/c2VjcmV0/);
  });
});

describe("a column holds a secret by its name", () => {
  test.for([
    "psk",
    "Wifi Password",
    "PASSWORT",
    "client_secret",
    "aes-key",
    "api key",
    "privKeyPem",
    "PoP",
  ])("%s", async (name) => {
    const table = (value: string) => `id,cert,${name}\n1,MII=,${value}\n`;
    await expect(readAll(table("c2VjcmV0"))).rejects.toMatchObject({ code: "SECRET_REFUSED" });
    expect((await readAll(table(""))).rows).toHaveLength(1);
  });

  test.for(["public_key", "key_id", "keyType", "has_password", "token", "pinout"])(
    "and not by this one: %s",
    async (name) => {
      expect((await readAll(`id,cert,${name}\n1,MII=,x\n`)).rows).toHaveLength(1);
    },
  );
});
