import { describe, expect, test } from "vitest";
import { isAttributeName } from "../../../src/rules/certificate/read-name.ts";
import {
  attribute,
  encodeDer,
  fromHex,
  name,
  oid,
  sequence,
  text,
} from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

describe("names (RFC 5280 §4.1.2.4)", () => {
  test.for<[string, Uint8Array, string]>([
    ["UTF8String", text("Grün 🌱"), "Grün 🌱"],
    ["an empty one", text(""), ""],
    ["PrintableString", text("Acme", 0x13), "Acme"],
    ["PrintableString as loosely as it is used", text("a*b_@&", 0x13), "a*b_@&"],
    ["NumericString", text("01 23", 0x12), "01 23"],
    ["IA5String", text("a@b.example", 0x16), "a@b.example"],
    ["VisibleString", text("Acme", 0x1a), "Acme"],
    ["T61String", text("M\u00fcller", 0x14), "Müller"],
    ["BMPString", encodeDer(0x1e, fromHex("0041 00fc d83c df31")), "Aü🌱"],
    ["UniversalString", encodeDer(0x1c, fromHex("00000041 0001f331")), "A🌱"],
    ["a byte order mark", text("\ufeffA"), "\ufeffA"],
    ["a byte order mark in a BMPString", encodeDer(0x1e, fromHex("feff0041")), "\ufeffA"],
    ["BIT STRING", fromHex("03020780"), "#03020780"],
  ])("%s", ([, value, expected]) => {
    expect(readEncoded({ subject: name(["2.5.4.3", value]) }).subjectAttributes).toEqual({
      CN: [expected],
    });
  });

  test.for<[string, Uint8Array]>([
    ["UTF8String that is not", encodeDer(0x0c, fromHex("ff"))],
    ["UTF8String of a surrogate", encodeDer(0x0c, fromHex("eda080"))],
    ["PrintableString beyond ASCII", encodeDer(0x13, fromHex("80"))],
    ["IA5String beyond ASCII", encodeDer(0x16, fromHex("41ff"))],
    ["BMPString of half a character", encodeDer(0x1e, fromHex("004100"))],
    ["BMPString of half a pair", encodeDer(0x1e, fromHex("d83c"))],
    ["UniversalString of half a character", encodeDer(0x1c, fromHex("000041"))],
    ["UniversalString beyond Unicode", encodeDer(0x1c, fromHex("00110000"))],
    ["UniversalString of a surrogate", encodeDer(0x1c, fromHex("0000d83c"))],
  ])("refuses a %s", ([, value]) => {
    expect(refusedAt({ subject: name(["2.5.4.3", value]) })).toBe("subject");
    expect(refusedAt({ issuer: name(["2.5.4.3", value]) })).toBe("issuer");
  });

  test.for<[string, Uint8Array]>([
    ["an empty set", sequence(encodeDer(0x31))],
    ["no set", sequence(sequence())],
    ["an attribute that is none", sequence(encodeDer(0x31, fromHex("0500")))],
    ["an attribute without value", sequence(encodeDer(0x31, sequence(oid("2.5.4.3"))))],
    ["an attribute without type", sequence(encodeDer(0x31, sequence(text("0123"))))],
    [
      "an attribute of two values",
      sequence(encodeDer(0x31, sequence(oid("2.5.4.3"), text("a"), text("b")))),
    ],
  ])("refuses %s", ([, subject]) => {
    expect(refusedAt({ subject })).toBe("subject");
  });

  test("name every attribute, in the encoded order, several values of one too", () => {
    const subject = name(
      ["2.5.4.6", text("DE", 0x13)],
      ["2.5.4.10", text("Acme")],
      ["2.5.4.11", text("Line 1")],
      ["2.5.4.11", text("Line 2")],
      ["1.3.6.1.4.1.99999.1", text("x")],
    );
    const facts = readEncoded({ subject });
    expect(facts.subject).toBe("C=DE, O=Acme, OU=Line 1, OU=Line 2, 1.3.6.1.4.1.99999.1=x");
    expect(facts.subjectAttributes).toEqual({
      C: ["DE"],
      O: ["Acme"],
      OU: ["Line 1", "Line 2"],
      "1.3.6.1.4.1.99999.1": ["x"],
    });
  });

  test.for([
    ["0.9.2342.19200300.100.1.1", "UID"],
    ["0.9.2342.19200300.100.1.25", "DC"],
    ["1.2.840.113549.1.9.1", "emailAddress"],
    ["2.5.4.3", "CN"],
    ["2.5.4.4", "SN"],
    ["2.5.4.5", "serialNumber"],
    ["2.5.4.6", "C"],
    ["2.5.4.7", "L"],
    ["2.5.4.8", "ST"],
    ["2.5.4.9", "street"],
    ["2.5.4.10", "O"],
    ["2.5.4.11", "OU"],
    ["2.5.4.12", "title"],
    ["2.5.4.17", "postalCode"],
    ["2.5.4.41", "name"],
    ["2.5.4.42", "GN"],
    ["2.5.4.43", "initials"],
    ["2.5.4.44", "generationQualifier"],
    ["2.5.4.46", "dnQualifier"],
    ["2.5.4.65", "pseudonym"],
    ["2.5.4.97", "organizationIdentifier"],
  ] as const)("%s is %s", ([id, short]) => {
    expect(readEncoded({ subject: name([id, text("x")]) }).subject).toBe(`${short}=x`);
  });

  test("join the values of one set with a plus", () => {
    const set = encodeDer(0x31, attribute("2.5.4.3", text("a")), attribute("2.5.4.5", text("b")));
    expect(readEncoded({ subject: sequence(set) }).subject).toBe("CN=a+serialNumber=b");
  });

  test.for([
    ["a,b+c=d", "a\\,b\\+c\\=d"],
    ['"<>;\\', '\\"\\<\\>\\;\\\\'],
    ["#1 #2", "\\#1 #2"],
    [" a b ", "\\ a b\\ "],
    ["a\u001b[31m\n\0", "a\\1b[31m\\0a\\00"],
    ["a\u202eb\u2028", "a\\e2\\80\\aeb\\e2\\80\\a8"],
  ] as const)("escape %j for people, and keep the value", ([value, escaped]) => {
    const facts = readEncoded({ subject: name(["2.5.4.3", text(value)]) });
    expect(facts.subject).toBe(`CN=${escaped}`);
    expect(facts.subjectAttributes["CN"]).toEqual([value]);
  });

  test("may be empty", () => {
    expect(readEncoded({ subject: sequence() })).toMatchObject({
      subject: "",
      subjectAttributes: {},
    });
  });

  test("that are the same make it self-issued", () => {
    const same = name(["2.5.4.3", text("Device CA")]);
    expect(readEncoded({ subject: same }).selfIssued).toBe(true);
  });
});

describe("isAttributeName", () => {
  test.for([
    ["CN", true],
    ["serialNumber", true],
    ["cn", false],
    ["toString", false],
    ["", false],
    ["1.3.6.1.4.1.99999.0", true],
    ["2.5.4.10", false],
    ["2.5.4.13", true],
    ["2.5.4.013", false],
    ["2", false],
    ["3.1", false],
    ["12.1", false],
    ["2.5.x", false],
    ["x2.5", false],
    ["2.5.", false],
  ] as const)("%s: %s", ([name, expected]) => {
    expect(isAttributeName(name)).toBe(expected);
  });
});
