import { describe, expect, test } from "vitest";
import {
  subjectAttributeProblem,
  subjectPatternProblem,
} from "../../../src/rules/profile/subject-pattern.ts";

describe("names of subject attributes", () => {
  test.for(["CN", "O", "serialNumber", "1.3.6.1.4.1.99999.1"])("%s is one", (name) => {
    expect(subjectAttributeProblem(name)).toBeUndefined();
  });
  test.for(["", "cn", "commonName", "2.5.4.3", "toString", "C N"])("%j is none", (name) => {
    expect(subjectAttributeProblem(name)).toContain("CN, O, OU");
  });
});

describe("patterns for subject attributes", () => {
  const valid = ["*", "dev-####", "a\\*", "\\\\", "\\\\\\\\", "a\\\\", "x".repeat(256)];
  test.for(valid)("%j is accepted", (pattern) => {
    expect(subjectPatternProblem(pattern)).toBeUndefined();
  });
  const invalid: readonly (readonly [pattern: string, words: string])[] = [
    ["", "write * for any text"],
    ["x".repeat(257), "at most 256 characters"],
    ["\\", "write \\\\ for a backslash"],
    ["a\\", "write \\\\ for a backslash"],
    ["a\\\\\\", "write \\\\ for a backslash"],
  ];
  test.for(invalid)("%j is refused: %s", ([pattern, words]) => {
    expect(subjectPatternProblem(pattern)).toContain(words);
  });
});
