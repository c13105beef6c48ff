import { describe, expect, test } from "vitest";
import { critical, extension, fromHex, oid, sequence } from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

const nothing = new Uint8Array();

describe("extensions (RFC 5280 §4.2)", () => {
  const basicConstraints = (value: Uint8Array) => extension("2.5.29.19", value, critical);
  const keyUsage = (hex: string) => extension("2.5.29.15", fromHex(hex));

  test.for<[string, Uint8Array, unknown]>([
    ["no CA, left out", sequence(), { ca: false }],
    ["no CA, written out", sequence(fromHex("010100")), { ca: false }],
    ["a CA", sequence(critical), { ca: true }],
    ["path length 0", sequence(critical, fromHex("020100")), { ca: true, pathLength: 0 }],
    ["path length 3", sequence(critical, fromHex("020103")), { ca: true, pathLength: 3 }],
    ["a path length and no CA", sequence(fromHex("020101")), { ca: false, pathLength: 1 }],
  ])("basic constraints: %s", ([, value, expected]) => {
    expect(readEncoded({ extensions: [basicConstraints(value)] }).basicConstraints).toEqual(
      expected,
    );
  });

  test.for([
    ["03020780", ["digitalSignature"]],
    ["03020640", ["nonRepudiation"]],
    ["03020520", ["keyEncipherment"]],
    ["03020410", ["dataEncipherment"]],
    ["03020308", ["keyAgreement"]],
    ["03020204", ["keyCertSign"]],
    ["03020102", ["cRLSign"]],
    ["03020001", ["encipherOnly"]],
    ["0303070080", ["decipherOnly"]],
    ["03020388", ["digitalSignature", "keyAgreement"]],
    ["0303070780", ["keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"]],
    ["0303000040", []],
    ["030100", []],
  ] as const)("key usage %s", ([hex, expected]) => {
    expect(readEncoded({ extensions: [keyUsage(hex)] }).keyUsage).toEqual(expected);
  });

  test("extended key usages are kept in order", () => {
    const value = sequence(oid("1.3.6.1.5.5.7.3.2"), oid("2.5.29.37.0"));
    expect(readEncoded({ extensions: [extension("2.5.29.37", value)] }).extendedKeyUsage).toEqual([
      "1.3.6.1.5.5.7.3.2",
      "2.5.29.37.0",
    ]);
    expect(
      readEncoded({ extensions: [extension("2.5.29.37", sequence())] }).extendedKeyUsage,
    ).toEqual([]);
  });

  test("all ids are listed, and those marked critical", () => {
    const facts = readEncoded({
      extensions: [
        extension("1.2.3", nothing, critical),
        extension("1.2.4", nothing, fromHex("010100")),
        extension("1.2.5", nothing),
        basicConstraints(sequence()),
      ],
    });
    expect(facts.extensions).toEqual(["1.2.3", "1.2.4", "1.2.5", "2.5.29.19"]);
    expect(facts.criticalExtensions).toEqual(["1.2.3", "2.5.29.19"]);
    expect(facts).not.toHaveProperty("keyUsage");
    expect(facts).not.toHaveProperty("extendedKeyUsage");
  });

  test.for<[string, Uint8Array, string]>([
    ["what is no extension", fromHex("0500"), "extensions"],
    ["an extension without id", sequence(fromHex("040100")), "extensions"],
    ["an extension without value", sequence(oid("1.2.3")), "extension 1.2.3"],
    ["a flag that is neither", extension("1.2.3", nothing, fromHex("010101")), "extensions"],
    [
      "more in an extension",
      sequence(oid("1.2.3"), fromHex("040100"), fromHex("0500")),
      "extensions",
    ],
    ["constraints that are none", basicConstraints(fromHex("0500")), "extension 2.5.29.19"],
    ["empty constraints", basicConstraints(nothing), "extension 2.5.29.19"],
    [
      "more after constraints",
      basicConstraints(Buffer.concat([sequence(), fromHex("00")])),
      "extension 2.5.29.19",
    ],
    ["more in constraints", basicConstraints(sequence(fromHex("0500"))), "extension 2.5.29.19"],
    [
      "a negative path length",
      basicConstraints(sequence(critical, fromHex("0201ff"))),
      "extension 2.5.29.19",
    ],
    ["key usage that is none", keyUsage("0500"), "extension 2.5.29.15"],
    ["key usage of broken bits", keyUsage("030207c0"), "extension 2.5.29.15"],
    [
      "a purpose that is none",
      extension("2.5.29.37", sequence(fromHex("0500"))),
      "extension 2.5.29.37",
    ],
  ])("refuses %s", ([, one, where]) => {
    expect(refusedAt({ extensions: [one] })).toBe(where);
  });

  test("refuses an extension that is there twice", () => {
    const twice = [
      extension("1.2.3", nothing),
      extension("1.2.4", nothing),
      extension("1.2.3", nothing),
    ];
    expect(refusedAt({ extensions: twice })).toBe("extension 1.2.3");
  });
});
