import { describe, expect, test } from "vitest";
import { matchTopicFilter } from "../../../src/iot-core/topic-rules/match-topic-filter.ts";

const cases = [
  ["a/b", "a/b", true],
  ["a/b", "a/c", false],
  ["a/b", "a/b/c", false],
  ["a/b/c", "a/b", false],
  ["a/+", "a/b", true],
  ["a/+", "a/", true],
  ["a/+", "a/b/c", false],
  ["+/+", "a/b", true],
  ["+", "/a", false],
  ["a/#", "a/b/c", true],
  ["a/#", "a/", true],
  ["a/#", "a", false],
  ["#", "a/b", true],
  ["#", "$aws/events/x", false],
  ["+/events/x", "$aws/events/x", false],
  ["$aws/events/+", "$aws/events/x", true],
  ["$aws/#", "$aws/events/x", true],
  ["A", "a", false],
] as const;

describe("matchTopicFilter", () => {
  test.for(cases)("%s, of %s: %s", ([filter, topic, expected]) => {
    expect(matchTopicFilter(filter, topic)).toBe(expected);
  });
});
