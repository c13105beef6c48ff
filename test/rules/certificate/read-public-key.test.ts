import { describe, expect, test } from "vitest";
import { encodeDer, encodePublicKey, fromHex, oid, sequence } from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

const algorithm = (id: string, ...parameters: readonly Uint8Array[]) =>
  sequence(oid(id), ...parameters);

describe("keys", () => {
  const rsaKey = (modulus: string, ...rest: readonly Uint8Array[]) =>
    sequence(encodeDer(0x02, fromHex(modulus)), fromHex("0203010001"), ...rest);
  const rsa = (modulus: string) =>
    readEncoded({ publicKey: encodePublicKey(algorithm("1.2.840.113549.1.1.1"), rsaKey(modulus)) })
      .key;

  test.for([
    ["01", 1],
    ["7f0001", 23],
    ["07", 3],
    ["08", 4],
    ["0f", 4],
    ["10", 5],
    [`00${"ff".repeat(256)}`, 2048],
    [`0080${"00".repeat(255)}`, 2048],
    [`7f${"ff".repeat(255)}`, 2047],
    [`01${"ff".repeat(128)}`, 1025],
  ] as const)("RSA of modulus %s", ([modulus, bits]) => {
    expect(rsa(modulus)).toEqual({ algorithm: "rsa", bits });
  });

  test.for<[string, Uint8Array, unknown]>([
    [
      "RSASSA-PSS",
      encodePublicKey(algorithm("1.2.840.113549.1.1.10"), rsaKey("0f")),
      { algorithm: "rsa-pss", bits: 4 },
    ],
    [
      "P-384",
      encodePublicKey(algorithm("1.2.840.10045.2.1", oid("1.3.132.0.34"))),
      { algorithm: "ec", curve: "P-384", bits: 384 },
    ],
    [
      "P-521",
      encodePublicKey(algorithm("1.2.840.10045.2.1", oid("1.3.132.0.35"))),
      { algorithm: "ec", curve: "P-521", bits: 521 },
    ],
    [
      "another curve",
      encodePublicKey(algorithm("1.2.840.10045.2.1", oid("1.3.132.0.10"))),
      { algorithm: "ec", curve: "1.3.132.0.10" },
    ],
    [
      "a curve spelt out",
      encodePublicKey(algorithm("1.2.840.10045.2.1", sequence())),
      { algorithm: "ec", curve: "explicit" },
    ],
    [
      "no curve",
      encodePublicKey(algorithm("1.2.840.10045.2.1")),
      { algorithm: "ec", curve: "explicit" },
    ],
    ["Ed25519", encodePublicKey(algorithm("1.3.101.112")), { algorithm: "other" }],
  ])("%s", ([, publicKey, expected]) => {
    expect(readEncoded({ publicKey }).key).toEqual(expected);
  });

  const rsaOid = algorithm("1.2.840.113549.1.1.1");
  const ecOid = algorithm("1.2.840.10045.2.1", oid("1.2.840.10045.3.1.7"));
  test.for<[string, Uint8Array]>([
    ["more than algorithm and key", sequence(ecOid, fromHex("030100"), fromHex("0500"))],
    ["more than id and parameters", encodePublicKey(algorithm("1.2.3", fromHex("05000500")))],
    ["a key that is no bit string", sequence(rsaOid, fromHex("040100"))],
    ["an algorithm that is none", encodePublicKey(fromHex("0500"))],
    ["an algorithm without id", encodePublicKey(sequence())],
    ["an RSA key that is none", encodePublicKey(rsaOid, fromHex("04"))],
    ["an RSA key of three numbers", encodePublicKey(rsaOid, rsaKey("0f", fromHex("020101")))],
    ["an RSA key of one number", encodePublicKey(rsaOid, sequence(fromHex("02010f")))],
    [
      "bytes after an RSA key",
      encodePublicKey(rsaOid, Buffer.concat([rsaKey("0f"), fromHex("00")])),
    ],
    ["a negative modulus", encodePublicKey(rsaOid, rsaKey("80"))],
    ["a padded modulus", encodePublicKey(rsaOid, rsaKey("0001"))],
    [
      "a padded exponent",
      encodePublicKey(rsaOid, sequence(fromHex("02010f"), fromHex("02020001"))),
    ],
  ])("refuses %s", ([, publicKey]) => {
    expect(refusedAt({ publicKey })).toBe("subjectPublicKeyInfo");
  });
});
