import { describe, expect, test } from "vitest";
import { topicPatternProblem } from "../../../src/rules/profile/topic-pattern.ts";

describe("topics of a policy", () => {
  const valid = [
    "a",
    "*".padStart(2, "a"),
    "dt/${thingName}",
    "dt/${thingName}/*",
    "dt/${thingName}-events",
    "${thingName}/up",
    "cmd/*/all",
    "cmd/?",
    "/leading/slash",
    "with space",
    "ü/ß",
    "$aws/things/${thingName}/*",
    "$aws/things/gateway-1/shadow/*",
    "$aws/rules/telemetry/dt/${thingName}",
    "$aws/thingsy/*",
    "a".repeat(256),
    "ü".repeat(128),
  ];
  test.for(valid)("%j is accepted", (topic) => {
    expect(topicPatternProblem(topic)).toBeUndefined();
  });

  const invalid: readonly (readonly [topic: string, words: string])[] = [
    ["", "at least one character"],
    ["a".repeat(257), "up to 256 bytes; this one has 257"],
    ["ü".repeat(129), "this one has 258"],
    ["a\u0000", "control characters"],
    ["a\nb", "control characters"],
    ["a\u007f", "control characters"],
    ["dt/+/x", "write * for any text"],
    ["dt/#", "write * for any text"],
    ["dt/${cn}", "the only variable is ${thingName}"],
    ["dt/${iot:ClientId}", "the only variable is ${thingName}"],
    ["dt/${*}", "the only variable is ${thingName}"],
    ["dt/$", "the only variable is ${thingName}"],
    ["dt/${thingName", "the only variable is ${thingName}"],
    ["$share/group/a", "the only variable is ${thingName}"],
    ["$aws", "the only variable is ${thingName}"],
    ["$*", "the only variable is ${thingName}"],
    ["*", "cannot begin with a wildcard"],
    ["*/a", "cannot begin with a wildcard"],
    ["?/a", "cannot begin with a wildcard"],
    ["$aws/*", "every device's shadow"],
    ["$aws/?hings/a", "every device's shadow"],
    ["$aws/things/*", "every device's shadow"],
    ["$aws/things/?/shadow", "every device's shadow"],
    ["dt/${thingName}*", "whose names begin alike"],
    ["dt/${thingName}?/a", "whose names begin alike"],
  ];
  test.for(invalid)("%j is refused: %s", ([topic, words]) => {
    expect(topicPatternProblem(topic)).toContain(words);
  });
});
