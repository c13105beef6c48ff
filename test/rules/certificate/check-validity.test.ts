import { describe, expect, test } from "vitest";
import { checkValidity } from "../../../src/rules/certificate/check-validity.ts";
import { createFacts } from "../../support/create-facts.ts";

const facts = createFacts({
  notBefore: new Date("2024-01-01T00:00:00Z"),
  notAfter: new Date("2025-06-30T12:00:00Z"),
});

describe("checkValidity (RFC 5280 §4.1.2.5)", () => {
  test.for([
    ["2023-12-31T23:59:59.999Z", ["CERTIFICATE_NOT_YET_VALID"]],
    ["2024-01-01T00:00:00.000Z", []],
    ["2024-07-01T00:00:00.000Z", []],
    ["2025-06-30T12:00:00.000Z", []],
    ["2025-06-30T12:00:00.999Z", []],
    ["2025-06-30T12:00:01.000Z", ["CERTIFICATE_EXPIRED"]],
  ] as const)("at %s: %j", ([now, codes]) => {
    expect(checkValidity(facts, new Date(now)).map(({ code }) => code)).toEqual(codes);
  });

  test("names the bound and the moment", () => {
    expect(checkValidity(facts, new Date("2023-01-01T00:00:00Z"))[0]?.detail).toBe(
      "It is valid from 2024-01-01T00:00:00.000Z; now is 2023-01-01T00:00:00.000Z.",
    );
    expect(checkValidity(facts, new Date("2026-01-01T00:00:00Z"))[0]?.detail).toBe(
      "It was valid until 2025-06-30T12:00:00.000Z; now is 2026-01-01T00:00:00.000Z.",
    );
  });

  test.for([
    ["9999-12-31T23:59:59Z", []],
    ["9999-12-31T23:59:58Z", ["CERTIFICATE_EXPIRED"]],
  ] as const)("until %s there is an end to it in the year 10000: %j", ([notAfter, codes]) => {
    const endless = createFacts({ notAfter: new Date(notAfter) });
    const findings = checkValidity(endless, new Date("+010000-01-01T00:00:00Z"));
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });

  test("a validity that ends before it begins is never met", () => {
    const { notBefore, notAfter } = facts;
    const reversed = createFacts({ notBefore: notAfter, notAfter: notBefore });
    const codes = checkValidity(reversed, new Date("2024-07-01T00:00:00Z")).map(({ code }) => code);
    expect(codes).toEqual(["CERTIFICATE_NOT_YET_VALID", "CERTIFICATE_EXPIRED"]);
  });

  test("a moment that is none is refused", () => {
    expect(checkValidity(facts, new Date(Number.NaN)).map(({ detail }) => detail)).toEqual([
      "It is valid from 2024-01-01T00:00:00.000Z; now is unknown.",
      "It was valid until 2025-06-30T12:00:00.000Z; now is unknown.",
    ]);
  });
});
