import { describe, expect, test } from "vitest";
import { type ThingFacts, toThingVariables } from "../../../src/iot-core/policy/to-resource-arn.ts";
import { attached, decide, toDocument, topicOf } from "./support.ts";

const lamp: ThingFacts = {
  thingName: "lamp",
  thingTypeName: "Light",
  attributes: { site: "lamp", Site: "elsewhere", wild: "*", nested: "${iot:ClientId}" },
};
const ofThing = (thing: ThingFacts | undefined) => ({ ...attached, ...toThingVariables(thing) });
const attribute = (name: string) => `\${iot:Connection.Thing.Attributes[${name}]}`;

interface Case {
  readonly name: string;
  readonly resource?: string;
  readonly condition?: Record<string, Record<string, string>>;
  readonly thing: ThingFacts | undefined;
  readonly decision: "allowed" | "implicit-deny";
}

/** Of a message to dt/lamp/t. */
const cases: readonly Case[] = [
  {
    name: "an attribute has its value",
    resource: topicOf(attribute("site")),
    thing: lamp,
    decision: "allowed",
  },
  {
    name: "attributes differ by case",
    resource: topicOf(attribute("Site")),
    thing: lamp,
    decision: "implicit-deny",
  },
  {
    name: "the name of the variable itself has no case",
    resource: topicOf("${IOT:connection.thing.ATTRIBUTES[site]}"),
    thing: lamp,
    decision: "allowed",
  },
  {
    name: "an attribute that the thing lacks allows nothing",
    resource: topicOf(attribute("room")),
    thing: lamp,
    decision: "implicit-deny",
  },
  {
    name: "an attribute of no thing allows nothing",
    resource: topicOf(attribute("site")),
    thing: undefined,
    decision: "implicit-deny",
  },
  {
    name: "a wildcard in a value is none",
    resource: topicOf(attribute("wild")),
    thing: lamp,
    decision: "implicit-deny",
  },
  {
    name: "a variable in a value is none",
    resource: topicOf(attribute("nested")),
    thing: lamp,
    decision: "implicit-deny",
  },
  {
    name: "a condition may ask for the type",
    condition: { StringEquals: { "iot:Connection.Thing.ThingTypeName": "Light" } },
    thing: lamp,
    decision: "allowed",
  },
  {
    name: "a thing without a type has none",
    condition: { StringLike: { "iot:Connection.Thing.ThingTypeName": "*" } },
    thing: { thingName: "lamp", attributes: {} },
    decision: "implicit-deny",
  },
  {
    name: "a condition may compare with an attribute",
    condition: { StringLike: { "iot:ClientId": `*${attribute("site")}` } },
    thing: lamp,
    decision: "allowed",
  },
];

describe("thing policy variables", () => {
  test.for(cases)("$name", ({ resource = "*", condition = {}, thing, decision }) => {
    const document = toDocument([{ Resource: resource, Condition: condition }]);
    expect(decide([document], { variables: ofThing(thing) })).toBe(decision);
  });
});
