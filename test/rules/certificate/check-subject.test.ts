import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkSubject } from "../../../src/rules/certificate/check-subject.ts";
import { matchesPattern } from "../../../src/rules/certificate/matches-pattern.ts";

describe("matchesPattern", () => {
  test.for([
    ["", "", true],
    ["", "a", false],
    ["a", "", false],
    ["abc", "abc", true],
    ["abc", "ABC", false],
    ["abc", "abcd", false],
    ["abc", "xabc", false],
    ["a.c", "abc", false],
    ["*", "", true],
    ["*", "anything\nat all", true],
    ["**", "", true],
    ["SN-*", "SN-", true],
    ["SN-*", "SN-0123", true],
    ["SN-*", "XSN-0123", false],
    ["*-SN", "0123-SN", true],
    ["*-SN", "0123-SNX", false],
    ["a*b*c", "aXbYbZc", true],
    ["a*b*c", "aXcYb", false],
    ["*ab", "aab", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "🌱", true],
    ["??", "🌱", false],
    ["a?c", "abc", true],
    ["a?", "a", false],
    ["#", "0", true],
    ["#", "9", true],
    ["#", "/", false],
    ["#", ":", false],
    ["#", "a", false],
    ["#", "٣", false],
    ["SN-####", "SN-0123", true],
    ["SN-####", "SN-012", false],
    ["SN-####", "SN-01234", false],
    ["*#", "abc7", true],
    ["*?", "", false],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["\\#\\?", "#?", true],
    ["\\#", "1", false],
    ["\\\\", "\\", true],
    ["\\a", "a", true],
    ["a\\", "a\\", true],
    ["a\\", "a", false],
    ["a\nb", "a\nb", true],
    ["\\\n", "\n", true],
  ] as const)("%j on %j is %s", ([pattern, value, expected]) => {
    expect(matchesPattern(pattern, value)).toBe(expected);
  });

  test("agrees with the plain definition", () => {
    const patternText = fc.string({ unit: fc.constantFrom("a", "1", "*", "?", "#"), maxLength: 8 });
    const valueText = fc.string({ unit: fc.constantFrom("a", "1", "*"), maxLength: 10 });
    fc.assert(
      fc.property(patternText, valueText, (pattern, value) => {
        expect(matchesPattern(pattern, value)).toBe(plainlyMatches(pattern, value));
      }),
      { numRuns: 5000 },
    );
  });

  test("an escaped text matches itself and nothing else", () => {
    const any = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(any, any, (value, other) => {
        const escaped = value.replaceAll(/[*?#\\]/g, "\\$&");
        expect(matchesPattern(escaped, value)).toBe(true);
        expect(matchesPattern(escaped, other)).toBe(value === other);
      }),
    );
  });

  test("a hostile pattern takes no time", () => {
    const start = performance.now();
    expect(matchesPattern(`${"*a".repeat(200)}b`, "a".repeat(4000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  function plainlyMatches(pattern: string, value: string): boolean {
    const head = pattern.charAt(0);
    if (head === "") return value === "";
    const rest = pattern.slice(1);
    if (head === "*") {
      return (
        plainlyMatches(rest, value) || (value !== "" && plainlyMatches(pattern, value.slice(1)))
      );
    }
    const first = value.charAt(0);
    const fits = head === "#" ? /^[0-9]$/.test(first) : head === "?" || head === first;
    return first !== "" && fits && plainlyMatches(rest, value.slice(1));
  }
});

describe("checkSubject", () => {
  const subjectAttributes = { CN: ["0123"], OU: ["Line 1", "Line 2"], O: [] };

  test.for<[string, Record<string, string>, readonly string[]]>([
    ["no patterns", {}, []],
    ["one that fits", { CN: "####" }, []],
    ["one that does not", { CN: "SN-*" }, ['CN is "0123"; the profile asks for "SN-*".']],
    ["every value has to fit", { OU: "*1" }, ['OU is "Line 2"; the profile asks for "*1".']],
    ["all values fit", { OU: "Line #" }, []],
    ["a missing attribute", { ST: "*" }, ['The subject has no ST; the profile asks for "*".']],
    [
      "an attribute without values",
      { O: "*" },
      ['The subject has no O; the profile asks for "*".'],
    ],
    [
      "a name of every object",
      { toString: "*" },
      ['The subject has no toString; the profile asks for "*".'],
    ],
    [
      "several at once",
      { CN: "x", OU: "y" },
      [
        'CN is "0123"; the profile asks for "x".',
        'OU is "Line 1"; the profile asks for "y".',
        'OU is "Line 2"; the profile asks for "y".',
      ],
    ],
  ])("%s", ([, patterns, details]) => {
    expect(checkSubject({ subjectAttributes }, patterns)).toEqual(
      details.map((detail) => ({ code: "SUBJECT_MISMATCH", detail })),
    );
  });

  test.for([
    [160, `"${"a".repeat(160)}"`],
    [161, `"${"a".repeat(160)}"…`],
  ] as const)("quotes %i characters as %s", ([length, quoted]) => {
    const [finding] = checkSubject(
      { subjectAttributes: { CN: ["a".repeat(length)] } },
      { CN: "b" },
    );
    expect(finding?.detail).toBe(`CN is ${quoted}; the profile asks for "b".`);
  });

  test("quotes control characters harmlessly", () => {
    const [finding] = checkSubject({ subjectAttributes: { CN: ["a\u001b[31m"] } }, { CN: "b" });
    expect(finding?.detail).toBe('CN is "a\\u001b[31m"; the profile asks for "b".');
  });
});
