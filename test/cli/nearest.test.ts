import { expect, test } from "vitest";
import { findNearest } from "../../src/cli/nearest.ts";

const names = ["CONNECT_DENIED", "PUBLISH_DENIED", "ACCEPTED"];

test.for([
  ["CONNECT_DENID", "CONNECT_DENIED"],
  ["conect_denied", "CONNECT_DENIED"],
  ["PUBLISH", "PUBLISH_DENIED"],
  ["ACCEPT", "ACCEPTED"],
  ["SOMETHING", undefined],
] as const)("nearest to %s is %s", ([given, nearest]) => {
  expect(findNearest(given, names)).toBe(nearest);
});
