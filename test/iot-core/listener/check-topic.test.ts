import { describe, expect, test } from "vitest";
import {
  checkReserved,
  checkTopic,
  checkTopicFilter,
  type ReservedTopic,
} from "../../../src/iot-core/listener/check-topic.ts";
import { toKeepAliveSeconds } from "../../../src/iot-core/listener/keep-alive.ts";

const goodTopics = ["a", "/", "a//b", "1/2/3/4/5/6/7/8", "x".repeat(256), "mit Leerzeichen/é"];
const badTopics = ["", "a/+", "#", "a#", "a\0b", "1/2/3/4/5/6/7/8/9", `é${"x".repeat(255)}`];
const goodFilters = ["#", "+", "a/+/b", "+/+/#", "/#", "a/#"];
const badFilters = ["", "a#", "a/#/b", "a+/b", "+a", "##", "a\0b", "x".repeat(257)];

describe("the topic of a message", () => {
  test.for(goodTopics)("may be %j", (topic) => expect(checkTopic(topic)).toBeUndefined());
  test.for(badTopics)("may not be %j", (topic) => expect(checkTopic(topic)).toBeDefined());
});

describe("a topic filter", () => {
  test.for(goodFilters)("may be %j", (filter) => expect(checkTopicFilter(filter)).toBeUndefined());
  test.for(badFilters)("may not be %j", (filter) => expect(checkTopicFilter(filter)).toBeDefined());
});

interface ReservedCase {
  readonly topic: string;
  readonly reserved: ReservedTopic | undefined;
}

const reservedCases: readonly ReservedCase[] = [
  { topic: "a/$b", reserved: undefined },
  { topic: "$aws/things/d1/jobs/get", reserved: undefined },
  { topic: "$aws/things/d1", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/d2/jobs/get", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/+/jobs/get", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/d1/shadow/update", reserved: "SHADOW_UNSUPPORTED" },
  { topic: "$aws/events/presence/connected/d1", reserved: "RESERVED_TOPIC" },
  { topic: "$share/group/t", reserved: "RESERVED_TOPIC" },
  { topic: "$SYS/broker", reserved: "RESERVED_TOPIC" },
];

describe("for the thing d1", () => {
  test.for(reservedCases)("$topic: $reserved", ({ topic, reserved }) => {
    expect(checkReserved(topic, "d1")).toBe(reserved);
  });

  test("a connection without a thing has no topics of things", () => {
    expect(checkReserved("$aws/things/undefined/jobs", undefined)).toBe("RESERVED_TOPIC");
  });
});

test.for([
  [0, 1200],
  [1, 30],
  [30, 30],
  [900, 900],
  [1200, 1200],
  [1201, 1200],
])("a keep-alive of %i s is held to %i s", ([asked = 0, held]) => {
  expect(toKeepAliveSeconds(asked)).toBe(held);
});
