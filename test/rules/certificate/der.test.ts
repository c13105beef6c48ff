import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DerReader,
  toBitString,
  toBoolean,
  toIntegerBytes,
  toOid,
  toSmallInteger,
} from "../../../src/rules/certificate/der.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import { encodeDer, fromHex, oid } from "../../support/encode-der.ts";

function read(hex: string) {
  return new DerReader(fromHex(hex), "here").next("element");
}

/** @returns the problem that reading it gives. */
function problemOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof MusterError) return error.details["problem"];
  }
  return "none";
}

describe("DerReader (X.690)", () => {
  test.for([
    ["0000", 0],
    ["020107", 1],
    [`047f${"aa".repeat(0x7f)}`, 0x7f],
    [`048180${"aa".repeat(0x80)}`, 0x80],
    [`0481ff${"aa".repeat(0xff)}`, 0xff],
    [`04820100${"aa".repeat(0x100)}`, 0x100],
    [`0482ffff${"aa".repeat(0xffff)}`, 0xffff],
    [`0483010000${"aa".repeat(0x10000)}`, 0x10000],
  ] as const)("reads %s", ([hex, length]) => {
    const element = read(`${hex}ff`);
    expect(element.content).toEqual(fromHex(hex).subarray(hex.length / 2 - length));
    expect(element.der).toEqual(fromHex(hex));
    expect(element.tag).toBe(Number.parseInt(hex.slice(0, 2), 16));
    expect(element.where).toBe("element");
  });

  test.for([
    ["", "it is cut off"],
    ["30", "it is cut off"],
    ["0401", "it ends before its content does"],
    ["040300ff", "it ends before its content does"],
    ["0481", "it is cut off"],
    ["048201", "it is cut off"],
    ["3080 0000", "an indefinite length is not allowed"],
    [`04817f${"aa".repeat(0x7f)}`, "its length is not in the shortest form"],
    ["048100", "its length is not in the shortest form"],
    [`048200ff${"aa".repeat(0xff)}`, "its length is not in the shortest form"],
    [`04830000ff${"aa".repeat(0xff)}`, "its length is not in the shortest form"],
    [`048300ffff${"aa".repeat(0xffff)}`, "its length is not in the shortest form"],
    ["0484 00000001 00", "it is too long"],
    ["048401000000", "it is too long"],
    ["ff0100", "a tag of several bytes is not allowed"],
    ["1f0100", "a tag of several bytes is not allowed"],
    ["bf0100", "a tag of several bytes is not allowed"],
  ] as const)("refuses %s: %s", ([hex, problem]) => {
    expect(problemOf(() => read(hex))).toBe(problem);
  });

  test("says where in its error", () => {
    expect(() => read("30")).toThrow("The certificate cannot be read: element: it is cut off.");
    expect(() => read("30")).toThrow(expect.objectContaining({ code: "CERTIFICATE_UNREADABLE" }));
  });

  test("reads on and into what it read, never beyond its end", () => {
    const reader = new DerReader(fromHex("3003020105 0500"), "here");
    const inner = reader.next("outer").children();
    expect(inner.next("number").content).toEqual(fromHex("05"));
    expect(inner.done).toBe(true);
    expect(problemOf(() => inner.next("more"))).toBe("it is cut off");
    expect(reader.done).toBe(false);
    expect(problemOf(() => reader.finish())).toBe("2 bytes too many");
    reader.next("null");
    reader.finish();
    expect(reader.done).toBe(true);
  });

  test("does not let a content reach beyond what encloses it", () => {
    const inner = new DerReader(fromHex("3003 0402aa bb"), "here").next("outer").children();
    expect(problemOf(() => inner.next("octets"))).toBe("it ends before its content does");
  });

  test("reads a wanted tag only", () => {
    const reader = new DerReader(fromHex("0500"), "here");
    expect(reader.readOptional(0x04, "octets")).toBeUndefined();
    expect(problemOf(() => new DerReader(fromHex("0500"), "x").read(0x04, "octets"))).toBe(
      "tag 05 is not allowed",
    );
    expect(reader.readOptional(0x05, "null")?.content.length).toBe(0);
    expect(reader.readOptional(0x05, "null")).toBeUndefined();
  });

  test("reads whatever a DER encoder writes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0x02, 0x04, 0x0c, 0x30, 0x31, 0xa0),
        fc.uint8Array({ maxLength: 400 }),
        (tag, content) => {
          const element = new DerReader(encodeDer(tag, content), "here").read(tag, "element");
          expect(Buffer.compare(element.content, content)).toBe(0);
        },
      ),
    );
  });
});

describe("toOid", () => {
  test.for([
    ["0600", undefined],
    ["060100", "0.0"],
    ["060127", "0.39"],
    ["060128", "1.0"],
    ["06014f", "1.39"],
    ["060150", "2.0"],
    ["0603551d13", "2.5.29.19"],
    ["06028837", "2.999"],
    ["06072a8648ce3d0201", "1.2.840.10045.2.1"],
    ["06022a7f", "1.2.127"],
    ["06032a8100", "1.2.128"],
    ["06022a80", undefined],
    ["06032a8001", undefined],
    ["06028001", undefined],
    ["06032a8180", undefined],
    [`0640${"01".repeat(64)}`, `0.1${".1".repeat(63)}`],
    [`0641${"01".repeat(65)}`, undefined],
  ] as const)("%s is %s", ([hex, dotted]) => {
    if (dotted === undefined) expect(() => toOid(read(hex))).toThrow(MusterError);
    else expect(toOid(read(hex))).toBe(dotted);
  });

  test("reads what was written, however large an arc", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 2n ** 128n), { minLength: 1, maxLength: 3 }), (arcs) => {
        const dotted = ["2.25", ...arcs.map(String)].join(".");
        expect(toOid(new DerReader(oid(dotted), "here").next("oid"))).toBe(dotted);
      }),
    );
  });
});

describe("numbers", () => {
  test.for([
    ["020100", 0],
    ["02017f", 127],
    ["02020080", 128],
    ["020200ff", 255],
    ["02020100", 256],
    ["02047fffffff", 2 ** 31 - 1],
    ["02050080000000", "the number is out of range"],
    ["0201ff", "the number is out of range"],
    ["020180", "the number is out of range"],
    ["0200", "the number is empty"],
    ["02020000", "the number is not in the shortest form"],
    ["0202007f", "the number is not in the shortest form"],
    ["0202ff80", "the number is not in the shortest form"],
    ["0202ffff", "the number is not in the shortest form"],
  ] as const)("%s is %s", ([hex, expected]) => {
    if (typeof expected === "number") expect(toSmallInteger(read(hex))).toBe(expected);
    else expect(problemOf(() => toSmallInteger(read(hex)))).toBe(expected);
  });

  test.for(["0202ff7f", "02020080", "020180"])("the bytes of %s stand as they are", (hex) => {
    expect(toIntegerBytes(read(hex))).toEqual(fromHex(hex.slice(4)));
  });
});

describe("booleans and bit strings", () => {
  test.for([
    ["010100", false],
    ["0101ff", true],
    ["010101", undefined],
    ["0100", undefined],
    ["0102ff00", undefined],
    ["0102ffff", undefined],
    ["01020000", undefined],
  ] as const)("boolean %s is %s", ([hex, expected]) => {
    if (expected === undefined) expect(() => toBoolean(read(hex))).toThrow(/neither 00 nor FF/);
    else expect(toBoolean(read(hex))).toBe(expected);
  });

  test.for([
    ["030100", ""],
    ["03020780", "80"],
    ["030200ff", "ff"],
    ["030205a0", "a0"],
    ["0303040ff0", "0ff0"],
    ["0300", undefined],
    ["030101", undefined],
    ["030107", undefined],
    ["03020800", undefined],
    ["030208ff", undefined],
    ["030206a0", undefined],
    ["03020103", undefined],
    ["0302ff00", undefined],
  ] as const)("bit string %s is %s", ([hex, expected]) => {
    if (expected === undefined) expect(() => toBitString(read(hex))).toThrow(/not well formed/);
    else expect(toBitString(read(hex))).toEqual(fromHex(expected));
  });
});
