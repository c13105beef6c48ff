import { describe, expect, test } from "vitest";
import {
  checkReserved,
  checkTopic,
  checkTopicFilter,
  parseSharedFilter,
  type UnsupportedTopic,
} from "../../../src/iot-core/listener/check-topic.ts";
import { toKeepAliveSeconds } from "../../../src/iot-core/listener/keep-alive.ts";

const goodTopics = ["a", "/", "a//b", "1/2/3/4/5/6/7/8", "x".repeat(256), "mit Leerzeichen/é"];
const badTopics = ["", "a/+", "#", "a#", "a\0b", "1/2/3/4/5/6/7/8/9", `é${"x".repeat(255)}`];
const goodFilters = ["#", "+", "a/+/b", "+/+/#", "/#", "a/#"];
const sharedFilters = ["$share/g/t", `$share/${"n".repeat(128)}/#`, "$share/g/1/2/3/4/5/6/7/8"];
const badSharedFilters = [
  "$share/g",
  "$share/g/",
  "$share//t",
  "$share/+/t",
  "$share/a#/t",
  `$share/${"n".repeat(129)}/t`,
  "$share/g/1/2/3/4/5/6/7/8/9",
  `$share/g/${"x".repeat(257)}`,
];
const badFilters = ["", "a#", "a/#/b", "a+/b", "+a", "##", "a\0b", "x".repeat(257)];

describe("the topic of a message", () => {
  test.for(goodTopics)("may be %j", (topic) => expect(checkTopic(topic)).toBeUndefined());
  test.for(badTopics)("may not be %j", (topic) => expect(checkTopic(topic)).toBeDefined());
});

describe("a shared topic filter", () => {
  test.for(sharedFilters)("may be %j", (filter) => {
    expect(checkTopicFilter(filter)).toBeUndefined();
  });
  test.for(badSharedFilters)("may not be %j", (filter) => {
    expect(checkTopicFilter(filter)).toBeDefined();
  });
  test("has a name and a filter", () => {
    expect(parseSharedFilter("$share/g/a/+")).toEqual({ shareName: "g", filter: "a/+" });
    expect(parseSharedFilter("$shared/g/a")).toBeUndefined();
  });
});

describe("a topic filter", () => {
  test.for(goodFilters)("may be %j", (filter) => expect(checkTopicFilter(filter)).toBeUndefined());
  test.for(badFilters)("may not be %j", (filter) => expect(checkTopicFilter(filter)).toBeDefined());
});

interface ReservedCase {
  readonly topic: string;
  readonly use?: "publish" | "subscribe";
  readonly reserved: UnsupportedTopic | undefined;
}

const reservedCases: readonly ReservedCase[] = [
  { topic: "a/$b", reserved: undefined },
  { topic: "$aws/things/d1/state", reserved: undefined },
  { topic: "$aws/things/d1/#", use: "subscribe", reserved: undefined },
  { topic: "$aws/things/d1", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/d2/state", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/+/state", use: "subscribe", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/d1/jobs/get", reserved: "JOBS_UNSUPPORTED" },
  { topic: "$aws/things/d1/defender/metrics/json", reserved: "DEVICE_DEFENDER_UNSUPPORTED" },
  { topic: "$aws/things/d1/tunnels/notify", reserved: "SECURE_TUNNELING_UNSUPPORTED" },
  { topic: "$aws/things/d1/streams/s/get/json", reserved: "STREAMS_UNSUPPORTED" },
  { topic: "$aws/rules/r/t", reserved: "BASIC_INGEST_UNSUPPORTED" },
  { topic: "$aws/commands/things/d1/executions/+/request", reserved: "COMMANDS_UNSUPPORTED" },
  { topic: "$aws/certificates/create/json", reserved: "FLEET_PROVISIONING_UNSUPPORTED" },
  {
    topic: "$aws/provisioning-templates/t/provision/json",
    reserved: "FLEET_PROVISIONING_UNSUPPORTED",
  },
  {
    topic: "$aws/device_location/d1/get_position_estimate",
    reserved: "DEVICE_LOCATION_UNSUPPORTED",
  },
  { topic: "$aws/sitewise/asset-models/m", use: "subscribe", reserved: "SITEWISE_UNSUPPORTED" },
  { topic: "$aws/events/#", use: "subscribe", reserved: undefined },
  { topic: "$aws/#", use: "subscribe", reserved: "RESERVED_TOPIC" },
  { topic: "$aws/things/d1/shadow/update", reserved: "SHADOW_UNSUPPORTED" },
  { topic: "$aws/events/presence/connected/d1", reserved: "RESERVED_TOPIC" },
  { topic: "$share/group/t", reserved: "RESERVED_TOPIC" },
  { topic: "$SYS/broker", reserved: "RESERVED_TOPIC" },
];

describe("for the thing d1", () => {
  test.for(reservedCases)("$topic: $reserved", ({ topic, use = "publish", reserved }) => {
    expect(checkReserved(topic, use, "d1")).toBe(reserved);
  });

  test("a connection without a thing has no topics of things", () => {
    expect(checkReserved("$aws/things/undefined/state", "publish", undefined)).toBe(
      "RESERVED_TOPIC",
    );
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
