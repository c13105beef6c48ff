import { describe, expect, test } from "vitest";
import { client, decide, type Statement, toDocument } from "./support.ts";

type Attributes = readonly ("LastWill" | "PersistentConnect")[];

const all: readonly Attributes[] = [
  [],
  ["LastWill"],
  ["PersistentConnect"],
  ["PersistentConnect", "LastWill"],
];
const [plain, lastWill, persistent, both] = all as [Attributes, Attributes, Attributes, Attributes];
const allow = (operator: string, values: string | readonly string[]): Statement => ({
  Action: "iot:Connect",
  Condition: { [operator]: { "iot:ConnectAttributes": values } },
});
const deny = (operator: string, values: string | readonly string[]): Statement => ({
  ...allow(operator, values),
  Effect: "Deny",
});

interface Case {
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Which connections get in; the others do not. */
  readonly admits: readonly Attributes[];
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html */
const cases: readonly Case[] = [
  { name: "no condition", statements: [{ Action: "iot:Connect" }], admits: all },
  {
    name: "PersistentConnect and nothing else",
    statements: [allow("ForAllValues:StringEquals", ["PersistentConnect"])],
    admits: [plain, persistent],
  },
  {
    name: "anything but PersistentConnect",
    statements: [allow("ForAllValues:StringNotEquals", ["PersistentConnect"])],
    admits: [plain, lastWill],
  },
  {
    name: "the same by a denial",
    statements: [
      { Action: "iot:Connect" },
      deny("ForAnyValue:StringEquals", ["PersistentConnect"]),
    ],
    admits: [plain, lastWill],
  },
  {
    name: "both",
    statements: [allow("ForAllValues:StringEquals", ["PersistentConnect", "LastWill"])],
    admits: all,
  },
  {
    name: "clean ones with or without a last will",
    statements: [allow("StringEquals", "LastWill")],
    admits: [plain, lastWill],
  },
  {
    name: "default features",
    statements: [allow("ForAllValues:StringEquals", [])],
    admits: [plain],
  },
  {
    name: "only with PersistentConnect",
    statements: [allow("ForAnyValue:StringEquals", ["PersistentConnect"])],
    admits: [persistent, both],
  },
  {
    name: "both are a must",
    statements: [
      allow("ForAllValues:StringEquals", ["PersistentConnect", "LastWill"]),
      deny("ForAllValues:StringEquals", ["PersistentConnect"]),
      deny("ForAllValues:StringEquals", ["LastWill"]),
      deny("ForAllValues:StringEquals", []),
    ],
    admits: [both],
  },
];

describe("AWS's example for iot:ConnectAttributes:", () => {
  test.for(cases)("$name", ({ statements, admits }) => {
    const admitted = all.filter((attributes) => {
      const variables = { "iot:ConnectAttributes": attributes };
      const request = { action: "iot:Connect", resource: client, variables } as const;
      return decide([toDocument(statements)], request) === "allowed";
    });
    expect(admitted).toEqual(admits);
  });

  test("a list cannot stand in a resource", () => {
    const statement = { Resource: "*/${iot:ConnectAttributes}" };
    const variables = { "iot:ConnectAttributes": ["LastWill"] };
    expect(decide([toDocument([statement])], { variables })).toBe("implicit-deny");
  });
});

const willTopic = "arn:aws:iot:us-east-1:123456789012:topic/my/lastwill/topicName";
const arnCases = [
  { operator: "ArnEquals", pattern: willTopic, topic: willTopic, admits: true },
  { operator: "ArnEquals", pattern: willTopic, topic: `${willTopic}/x`, admits: false },
  { operator: "ArnLike", pattern: "arn:aws:iot:*:*:topic/my/*", topic: willTopic, admits: true },
  { operator: "ArnLike", pattern: "arn:*:topic/my/*", topic: willTopic, admits: false },
  { operator: "ArnLike", pattern: "arn:aws:iot:*:*:*:b", topic: `${willTopic}:b`, admits: true },
  { operator: "ArnEquals", pattern: willTopic, topic: undefined, admits: false },
  { operator: "ArnNotEquals", pattern: willTopic, topic: `${willTopic}/x`, admits: true },
  { operator: "ArnNotLike", pattern: "arn:aws:iot:*:*:topic/*", topic: willTopic, admits: false },
  { operator: "ArnNotLike", pattern: willTopic, topic: undefined, admits: false },
];

test.for(arnCases)("$operator $pattern on a will for $topic: $admits", (given) => {
  const { operator, pattern, topic, admits } = given;
  const statement = {
    Action: "iot:Connect",
    Condition: { [operator]: { "iot:LastWillTopic": pattern } },
  };
  const variables = { "iot:LastWillTopic": topic };
  const request = { action: "iot:Connect", resource: client, variables } as const;
  expect(decide([toDocument([statement])], request) === "allowed").toBe(admits);
});
