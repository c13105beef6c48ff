import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesWildcard, toPattern } from "../../../src/iot-core/policy/match-wildcard.ts";

interface Case {
  readonly pattern: string;
  readonly text: string;
  readonly matches: boolean;
}

const cases: readonly Case[] = [
  { pattern: "", text: "", matches: true },
  { pattern: "*", text: "", matches: true },
  { pattern: "?", text: "", matches: false },
  { pattern: "dt/*", text: "dt/a/b/c", matches: true },
  { pattern: "dt/?/b", text: "dt///b", matches: true },
  { pattern: "*/end", text: "a/end/b/end", matches: true },
  { pattern: "a*b*c", text: "abbbcb", matches: false },
  { pattern: "dt/+/x", text: "dt/a/x", matches: false },
  { pattern: "dt/#", text: "dt/a", matches: false },
  { pattern: "a.c", text: "abc", matches: false },
  { pattern: "?", text: "🔑", matches: true },
  { pattern: "A", text: "a", matches: false },
];

/** The definition, tried in every way. */
function matchesNaively(pattern: string, text: string): boolean {
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)];
  if (first === "") return text === "";
  if (first === "*") {
    return matchesNaively(rest, text) || (text !== "" && matchesNaively(pattern, text.slice(1)));
  }
  return text !== "" && (first === "?" || first === text[0]) && matchesNaively(rest, text.slice(1));
}

describe("a pattern with wildcards", () => {
  test.for(cases)("$pattern on $text: $matches", ({ pattern, text, matches }) => {
    expect(matchesWildcard(toPattern(pattern), text)).toBe(matches);
  });

  test("matches what its definition says", () => {
    const from = (...characters: readonly string[]) =>
      fc.string({ unit: fc.constantFrom(...characters), maxLength: 8 });
    fc.assert(
      fc.property(from("a", "b", "*", "?"), from("a", "b", "/"), (pattern, text) => {
        expect(matchesWildcard(toPattern(pattern), text)).toBe(matchesNaively(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test("is not slowed down by many stars", () => {
    const pattern = toPattern(`${"a*".repeat(1000)}b`);
    const startedAt = performance.now();
    expect(matchesWildcard(pattern, "a".repeat(10_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
