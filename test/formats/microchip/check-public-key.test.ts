import { generateKeyPairSync, hash, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { checkPublicKey } from "../../../src/formats/microchip/check-public-key.ts";
import { toCertificateFacts } from "../../../src/rules/certificate/to-certificate-facts.ts";
import { makeDevices } from "../support.ts";

const [device] = await makeDevices(1);
const facts = toCertificateFacts(device?.leaf ?? new Uint8Array());
const factsOf = (key: KeyObject) => ({
  ...facts,
  publicKeySha256: hash("sha256", key.export({ type: "spki", format: "der" }), "hex"),
});
const keys = {
  "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey,
  "P-384": generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey,
  RSA: generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey,
};
const toJwk = (key: KeyObject) => ({ kid: "0", ...key.export({ format: "jwk" }) });
const mismatch = expect.objectContaining({ code: "PUBLIC_KEY_MISMATCH" }) as Error;

describe("the key that an entry names", () => {
  test.for(Object.entries(keys))("is the certificate's: %s", ([, key]) => {
    expect(() => checkPublicKey(toJwk(key), factsOf(key))).not.toThrow();
    for (const other of Object.values(keys).filter((each) => each !== key)) {
      expect(() => checkPublicKey(toJwk(other), factsOf(key))).toThrow(mismatch);
    }
  });

  test.for([
    ["none", {}],
    ["a point that is not on the curve", { kty: "EC", crv: "P-384", x: "AA", y: "AA" }],
    ["a coordinate that is cut", { ...toJwk(keys["P-256"]), x: "AA" }],
    ["a number", { kty: "RSA", n: 7, e: "AQAB" }],
    ["of another kind", { kty: "oct" }],
  ])("is refused where it is no key: %s", ([, jwk]) => {
    expect(() => checkPublicKey(jwk as Record<string, unknown>, facts)).toThrow(mismatch);
  });
});
