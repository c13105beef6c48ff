import { isAttributeName } from "../certificate/read-name.ts";

/** Matching takes the product of the lengths of pattern and value at worst. */
const maxPatternLength = 256;

/** @returns what is wrong with the name of a subject attribute; undefined when nothing is. */
export function subjectAttributeProblem(name: string): string | undefined {
  return isAttributeName(name)
    ? undefined
    : "no such subject attribute; use a short name such as CN, O, OU or serialNumber, or the dotted OID of one without";
}

/** @returns what is wrong with a pattern of `matchesPattern`; undefined when nothing is. */
export function subjectPatternProblem(pattern: string): string | undefined {
  if (pattern === "") return "the pattern is empty; write * for any text";
  if (pattern.length > maxPatternLength) return `use at most ${maxPatternLength} characters`;
  const [backslashes = ""] = /\\*$/.exec(pattern) ?? [];
  return backslashes.length % 2 === 1
    ? "the \\ at the end has no character to stand before; write \\\\ for a backslash"
    : undefined;
}
