import { describe, expect, test } from "vitest";
import { encodeDer, fromHex, oid, sequence } from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

const algorithm = (id: string, ...parameters: readonly Uint8Array[]) =>
  sequence(oid(id), ...parameters);

describe("signature algorithms", () => {
  const pss = (hash?: string) =>
    algorithm(
      "1.2.840.113549.1.1.10",
      sequence(...(hash === undefined ? [] : [encodeDer(0xa0, algorithm(hash))])),
    );

  test.for<[string, Uint8Array]>([
    ["sha256WithRSA", algorithm("1.2.840.113549.1.1.11", fromHex("0500"))],
    ["sha384WithRSA", algorithm("1.2.840.113549.1.1.12", fromHex("0500"))],
    ["sha512WithRSA", algorithm("1.2.840.113549.1.1.13", fromHex("0500"))],
    ["ecdsaWithSha256", algorithm("1.2.840.10045.4.3.2")],
    ["ecdsaWithSha384", algorithm("1.2.840.10045.4.3.3")],
    ["ecdsaWithSha512", algorithm("1.2.840.10045.4.3.4")],
    ["dsaWithSha256", algorithm("2.16.840.1.101.3.4.3.2")],
    ["rsassaPss", pss("2.16.840.1.101.3.4.2.1")],
    ["rsassaPss", pss("2.16.840.1.101.3.4.2.2")],
    ["rsassaPss", pss("2.16.840.1.101.3.4.2.3")],
    ["other:1.2.840.113549.1.1.10", pss("1.3.14.3.2.26")],
    ["other:1.2.840.113549.1.1.10", pss()],
    ["other:1.2.840.113549.1.1.10", algorithm("1.2.840.113549.1.1.10")],
    ["other:1.2.840.113549.1.1.5", algorithm("1.2.840.113549.1.1.5", fromHex("0500"))],
    ["other:1.3.101.112", algorithm("1.3.101.112")],
  ])("%s", ([expected, innerAlgorithm]) => {
    expect(readEncoded({ innerAlgorithm }).signatureAlgorithm).toBe(expected);
  });

  test.for<[string, Uint8Array]>([
    ["no id", sequence()],
    ["more than id and parameters", algorithm("1.2.3", fromHex("05000500"))],
    ["a PSS hash that is none", algorithm("1.2.840.113549.1.1.10", sequence(fromHex("a0020500")))],
  ])("refuses %s", ([, innerAlgorithm]) => {
    expect(refusedAt({ innerAlgorithm })).toBe("signature");
  });
});
