import { describe, expect, test } from "vitest";
import { decide, detached, type PolicyCase, type Statement, toDocument } from "./support.ts";

const allowIf = (Condition: Statement["Condition"] & {}) => [{ Condition }];
const denyIf = (Condition: Statement["Condition"] & {}) => [
  {},
  { Effect: "Deny" as const, Condition },
];
const isAttached = { Bool: { "iot:Connection.Thing.IsAttached": "true" } };
const thingName = "iot:Connection.Thing.ThingName";

const conditionCases: readonly PolicyCase[] = [
  { name: "Bool", statements: allowIf(isAttached), decision: "allowed" },
  {
    name: "Bool as JSON's own",
    statements: allowIf({ Bool: { "iot:Connection.Thing.IsAttached": [true] } }),
    decision: "allowed",
  },
  {
    name: "Bool that is not so",
    statements: allowIf(isAttached),
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "StringEquals, any value of several",
    statements: allowIf({ StringEquals: { "iot:ClientId": ["door", "lamp"] } }),
    decision: "allowed",
  },
  {
    name: "StringEquals takes a star as it is",
    statements: allowIf({ StringEquals: { "iot:ClientId": "l*" } }),
    decision: "implicit-deny",
  },
  {
    name: "StringEquals with a variable",
    statements: allowIf({ StringEquals: { "iot:ClientId": "${iot:Connection.Thing.ThingName}" } }),
    decision: "allowed",
  },
  {
    name: "StringEqualsIgnoreCase",
    statements: allowIf({ StringEqualsIgnoreCase: { "iot:ClientId": "LAMP" } }),
    decision: "allowed",
  },
  {
    name: "StringLike",
    statements: allowIf({ StringLike: { "iot:ClientId": "l*p" } }),
    decision: "allowed",
  },
  {
    name: "StringNotEquals",
    statements: allowIf({ StringNotEquals: { "iot:ClientId": ["door", "bell"] } }),
    decision: "allowed",
  },
  {
    name: "StringNotEquals of the value",
    statements: allowIf({ StringNotEquals: { "iot:ClientId": ["door", "lamp"] } }),
    decision: "implicit-deny",
  },
  {
    name: "StringNotLike",
    statements: denyIf({ StringNotLike: { "iot:ClientId": "door-*" } }),
    decision: "explicit-deny",
  },
  {
    name: "ForAnyValue",
    statements: allowIf({ "ForAnyValue:StringEquals": { "iot:ClientId": ["lamp"] } }),
    decision: "allowed",
  },
  {
    name: "ForAllValues",
    statements: allowIf({ "ForAllValues:StringLike": { "iot:ClientId": ["la*"] } }),
    decision: "allowed",
  },
  {
    name: "every condition at once",
    statements: allowIf({ ...isAttached, StringEquals: { "iot:ClientId": "door" } }),
    decision: "implicit-deny",
  },
  {
    name: "a key without a value",
    statements: allowIf({ StringEquals: { [thingName]: "lamp" } }),
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "a key without a value, negated, in an allow",
    statements: allowIf({ StringNotEquals: { [thingName]: "lamp" } }),
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "a key without a value, negated, in a deny",
    statements: denyIf({ StringNotEquals: { [thingName]: "lamp" } }),
    variables: detached,
    decision: "explicit-deny",
  },
  {
    name: "a negated comparison with a variable without a value, in an allow",
    statements: allowIf({ StringNotEquals: { "iot:ClientId": `\${${thingName}}` } }),
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "a negated comparison with a variable without a value, in a deny",
    statements: denyIf({ StringNotEquals: { "iot:ClientId": `\${${thingName}}` } }),
    variables: detached,
    decision: "explicit-deny",
  },
  {
    name: "a key without a value under ForAllValues",
    statements: allowIf({ "ForAllValues:StringEquals": { [thingName]: "lamp" } }),
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "an operator that is not supported, in an allow",
    statements: allowIf({ IpAddress: { "aws:SourceIp": "127.0.0.1/32" } }),
    decision: "implicit-deny",
  },
  {
    name: "an operator that is not supported, in a deny",
    statements: denyIf({ IpAddress: { "aws:SourceIp": "127.0.0.1/32" } }),
    decision: "explicit-deny",
  },
  {
    name: "a key that is not supported, in a deny",
    statements: denyIf({ StringEquals: { "aws:username": "me" } }),
    decision: "explicit-deny",
  },
  {
    name: "an operator that is not supported beside one that does not hold, in a deny",
    statements: denyIf({ Null: { x: "true" }, StringEquals: { "iot:ClientId": "door" } }),
    decision: "allowed",
  },
];

describe("conditions", () => {
  test.for(conditionCases)("$name: $decision", (given) => {
    expect(decide([toDocument(given.statements)], given)).toBe(given.decision);
  });
});
