import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { awsKeyTypes } from "../../../src/rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../../src/rules/certificate/check-signature-algorithm.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import { parseProfile } from "../../../src/rules/profile/profile.ts";
import {
  attributesOf,
  leastProfile,
  profileDocuments,
  refusalOf,
} from "../../support/profile-documents.ts";

const { name, thing, policy } = leastProfile;
const both = { publish: ["a"], subscribe: ["b"] };
const proto = JSON.parse('{"__proto__": "x"}');

describe("a profile is refused for", () => {
  test("every field that is wrong, each on its own line", () => {
    const error = refusalOf({ thing: { name: "x" }, policy: { publish: ["", "#"] }, name: "" });
    expect(error.message.split("\n")).toEqual([
      "The profile is not valid:",
      expect.stringMatching(/^ {2}name: use 1 to 63 /),
      expect.stringMatching(/^ {2}thing\.name: it needs a variable /),
      expect.stringMatching(/^ {2}policy\.publish\.0: a topic has at least /),
      expect.stringMatching(/^ {2}policy\.publish\.1: in a policy \+ and # /),
    ]);
  });

  test("what is of the wrong kind, in so many words", () => {
    const kinds = {
      name: 7,
      description: null,
      certificate: { keys: 7, requireClientAuth: 7, subject: true },
      thing: { name: false, groups: "g", x: 1, y: 2 },
      policy: [],
    };
    expect(refusalOf(kinds).details["problems"]).toEqual([
      { path: "name", message: "it has to be text; put it in quotes" },
      { path: "description", message: "it has to be text" },
      { path: "certificate.keys", message: "it has to be a list" },
      { path: "certificate.subject", message: "it has to be a set of fields (field: value)" },
      { path: "certificate.requireClientAuth", message: "it has to be true or false" },
      { path: "thing.name", message: "it has to be text; put it in quotes" },
      { path: "thing.groups", message: "it has to be a list" },
      { path: "thing", message: 'unknown field "x", "y"' },
      { path: "policy", message: "it has to be a set of fields (field: value)" },
    ]);
  });

  test("all that is wrong between fields", () => {
    const error = refusalOf({
      name,
      thing: { ...thing, attributes: { certificateId: "x", b: "x", c: "x" } },
      policy: { attachTo: { group: "g", greengrass: false } },
    });
    expect(error.details["problems"]).toMatchObject([
      { path: "thing.attributes.certificateId" },
      { path: "thing.attributes" },
      { path: "policy" },
      { path: "policy.attachTo.group" },
    ]);
  });

  test("any JSON that is none, with what is wrong, and in no other way", () => {
    fc.assert(
      fc.property(anything, (document) => {
        try {
          parseProfile(document);
        } catch (error) {
          expect(error).toBeInstanceOf(MusterError);
          expect(error).toMatchObject({
            code: "PROFILE_INVALID",
            details: { problems: expect.arrayContaining([{ path: any, message: any }]) },
          });
          expect(error).not.toMatchObject({ message: expect.stringContaining("Invalid input") });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a profile is accepted", () => {
  test("with no more than it needs; the rest is filled in", () => {
    expect(parseProfile(leastProfile)).toEqual({
      name: "sensor",
      description: "",
      registration: "jitr",
      certificate: { subject: {}, requireClientAuth: false },
      thing: { name: "${cn}", groups: [], attributes: {} },
      policy: { attachTo: "certificate", publish: ["dt/${thingName}/*"], subscribe: [] },
    });
  });

  test("with a part of its certificate rules", () => {
    expect(parseProfile({ ...leastProfile, certificate: {} }).certificate).toEqual({
      subject: {},
      requireClientAuth: false,
    });
  });

  const bounds: readonly (readonly [what: string, document: unknown])[] = [
    ["a name of 63 characters", { ...leastProfile, name: `0${"a-".repeat(31)}` }],
    ["a description of 500 characters", { ...leastProfile, description: "x".repeat(500) }],
    ["every key and algorithm", everyAlgorithm()],
    ["a group name of 128 characters", withThing({ groups: ["a".repeat(128)] })],
    ["ten groups", withThing({ groups: Array.from({ length: 10 }, (_, at) => `g${at}`) })],
    ["two attributes without a type", withThing({ attributes: attributesOf(2) })],
    ["49 attributes with a type", withThing({ type: "T:9_-", attributes: attributesOf(49) })],
    ["an attribute name of 128 characters", withThing({ attributes: { ["a".repeat(128)]: "x" } })],
    ["as many topics to subscribe as to publish", { name, thing, policy: both }],
    ["no topic but to subscribe", { name, thing, policy: { subscribe: ["a"] } }],
    [
      "a policy by one of its groups",
      {
        name,
        thing: { ...thing, groups: ["f", "g"] },
        policy: { ...policy, attachTo: { group: "g", greengrass: false } },
      },
    ],
  ];
  test.for(bounds)("with %s", ([, document]) => {
    expect(parseProfile(document)).toMatchObject(JSON.parse(JSON.stringify(document)));
  });

  test("whatever it holds, and again as what it became, also by way of YAML", () => {
    fc.assert(
      fc.property(profileDocuments, (document) => {
        const profile = parseProfile(document);
        expect(profile).toMatchObject(document);
        expect(parseProfile(parse(stringify(document)))).toEqual(profile);
        expect(parseProfile(parse(stringify(profile)))).toEqual(profile);
      }),
    );
  });
});

function withThing(more: object) {
  return { name, policy, thing: { ...thing, ...more } };
}

function everyAlgorithm() {
  return {
    ...leastProfile,
    certificate: { keys: awsKeyTypes, signatureAlgorithms: awsSignatureAlgorithms },
  };
}

const any = expect.any(String);
const junk = fc.oneof(fc.jsonValue(), fc.constantFrom("certificate", "${cn}", proto));
/** Both JSON of no shape, and profiles of which one field is junk. */
const anything = fc.oneof(
  junk,
  fc
    .tuple(
      profileDocuments,
      fc.constantFrom("name", "certificate", "thing", "policy", "registration", "x"),
      junk,
    )
    .map(([document, field, value]) => ({ ...document, [field]: value })),
  fc
    .tuple(
      profileDocuments,
      fc.constantFrom("name", "type", "groups", "attributes", "attachTo", "publish", "subscribe"),
      junk,
    )
    .map(([document, field, value]) => ({
      ...document,
      thing: { ...document.thing, [field]: value },
      policy: { ...document.policy, [field]: value },
    })),
);
