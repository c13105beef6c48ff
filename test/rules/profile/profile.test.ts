import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { awsKeyTypes } from "../../../src/rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../../src/rules/certificate/check-signature-algorithm.ts";
import { MusterError } from "../../../src/rules/errors.ts";
import { parseProfile } from "../../../src/rules/profile/profile.ts";
import { leastProfile, profileDocuments } from "../../support/profile-documents.ts";

const { name, thing, policy } = leastProfile;
const attributes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, "x"]));
const proto = JSON.parse('{"__proto__": "x"}');

interface Case {
  readonly what: string;
  readonly document: unknown;
  readonly path: string;
  readonly words: string;
}
const fields = "a set of fields (field: value)";

const cases: readonly Case[] = [
  { what: "nothing", document: null, path: "", words: `it has to be ${fields}` },
  { what: "a list", document: [], path: "", words: `it has to be ${fields}` },
  { what: "an unknown field", document: { ...leastProfile, foo: 1 }, path: "", words: '"foo"' },
  {
    what: "no name",
    document: { thing, policy },
    path: "name",
    words: "missing; it has to be text",
  },
  {
    what: "a number for a name",
    document: { ...leastProfile, name: 7 },
    path: "name",
    words: "it has to be text; put it in quotes",
  },
  {
    what: "true for a name",
    document: { ...leastProfile, name: true },
    path: "name",
    words: "put it in quotes",
  },
  ...["", "-a", "A", "a_b", "a".repeat(64), "a\n"].map((bad) => ({
    what: `the name ${JSON.stringify(bad)}`,
    document: { ...leastProfile, name: bad },
    path: "name",
    words: "1 to 63 lower-case letters, digits and hyphens",
  })),
  {
    what: "a long description",
    document: { ...leastProfile, description: "x".repeat(501) },
    path: "description",
    words: "at most 500 characters",
  },
  {
    what: "another registration",
    document: { ...leastProfile, registration: "jitp" },
    path: "registration",
    words: "use jitr",
  },
  {
    what: "an unknown certificate field",
    document: { ...leastProfile, certificate: { key: [] } },
    path: "certificate",
    words: 'unknown field "key"',
  },
  ...certificateCases(),
  ...thingCases(),
  ...policyCases(),
];

describe("a profile is refused for", () => {
  test.for(cases)("$what", ({ document, path, words }) => {
    const error = refusal(document);
    expect(error.message).toContain(`  ${path || "(document)"}: `);
    expect(error.details["problems"]).toEqual([{ path, message: expect.stringContaining(words) }]);
  });

  test("every field that is wrong, each on its own line", () => {
    const error = refusal({ thing: { name: "x" }, policy: { publish: ["", "#"] }, name: "" });
    expect(error.message.split("\n")).toEqual([
      "The profile is not valid:",
      expect.stringMatching(/^ {2}name: use 1 to 63 /),
      expect.stringMatching(/^ {2}thing\.name: it needs a variable /),
      expect.stringMatching(/^ {2}policy\.publish\.0: a topic has at least /),
      expect.stringMatching(/^ {2}policy\.publish\.1: in a policy \+ and # /),
    ]);
  });

  test("all that is wrong between fields", () => {
    const error = refusal({
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
    ["two attributes without a type", withThing({ attributes: attributes(2) })],
    ["49 attributes with a type", withThing({ type: "T:9_-", attributes: attributes(49) })],
    ["an attribute name of 128 characters", withThing({ attributes: { ["a".repeat(128)]: "x" } })],
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

function certificateCases(): readonly Case[] {
  const at = (certificate: object) => ({ ...leastProfile, certificate });
  const path = "certificate";
  return [
    {
      what: "an unknown key type",
      document: at({ keys: ["ec-p256", "ed25519"] }),
      path: `${path}.keys.1`,
      words: `use one of ${awsKeyTypes.join(", ")}`,
    },
    { what: "no key type", document: at({ keys: [] }), path: `${path}.keys`, words: "key type" },
    {
      what: "an unknown algorithm",
      document: at({ signatureAlgorithms: ["sha1WithRSA"] }),
      path: `${path}.signatureAlgorithms.0`,
      words: `use one of ${awsSignatureAlgorithms.join(", ")}`,
    },
    {
      what: "no algorithm",
      document: at({ signatureAlgorithms: [] }),
      path: `${path}.signatureAlgorithms`,
      words: "at least one algorithm",
    },
    {
      what: "a subject that is text",
      document: at({ subject: "CN=x" }),
      path: `${path}.subject`,
      words: fields,
    },
    {
      what: "a number for a subject pattern",
      document: at({ subject: { CN: 1 } }),
      path: `${path}.subject.CN`,
      words: "it has to be text; put it in quotes",
    },
    {
      what: "a subject attribute that is none",
      document: at({ subject: { commonName: "x" } }),
      path: `${path}.subject.commonName`,
      words: "use a short name such as CN",
    },
    {
      what: "an empty subject pattern",
      document: at({ subject: { CN: "" } }),
      path: `${path}.subject.CN`,
      words: "write * for any text",
    },
    {
      what: "a subject attribute that would be passed over",
      document: at({ subject: proto }),
      path: `${path}.subject`,
      words: '"__proto__"',
    },
    {
      what: "text for requireClientAuth",
      document: at({ requireClientAuth: "yes" }),
      path: `${path}.requireClientAuth`,
      words: "it has to be true or false",
    },
  ];
}

function thingCases(): readonly Case[] {
  const path = "thing";
  return [
    {
      what: "no thing",
      document: { name, policy },
      path,
      words: `missing; it has to be ${fields}`,
    },
    { what: "an unknown thing field", document: withThing({ tags: 1 }), path, words: '"tags"' },
    {
      what: "no thing name",
      document: { name, policy, thing: {} },
      path: `${path}.name`,
      words: "missing; it has to be text",
    },
    {
      what: "a thing name that all devices would share",
      document: withThing({ name: "x" }),
      path: `${path}.name`,
      words: "a variable that differs per device",
    },
    ...["", "a b", "a".repeat(129)].map((type) => ({
      what: `the thing type ${JSON.stringify(type)}`,
      document: withThing({ type }),
      path: `${path}.type`,
      words: "1 to 128 letters, digits and : _ -",
    })),
    {
      what: "a group that is not in a list",
      document: withThing({ groups: "g" }),
      path: `${path}.groups`,
      words: "it has to be a list",
    },
    {
      what: "a group name",
      document: withThing({ groups: ["g", "g/h"] }),
      path: `${path}.groups.1`,
      words: "1 to 128 letters, digits and : _ -",
    },
    {
      what: "eleven groups",
      document: withThing({ groups: Array.from({ length: 11 }, (_, index) => `g${index}`) }),
      path: `${path}.groups`,
      words: "at most 10 groups",
    },
    ...["a b", "", "a".repeat(129), "a[0]"].map((attribute) => ({
      what: `the attribute name ${JSON.stringify(attribute)}`,
      document: withThing({ attributes: { [attribute]: "x" } }),
      path: `${path}.attributes.${attribute}`,
      words: "1 to 128 letters, digits and _ . , @ / : # -",
    })),
    {
      what: "an attribute's template",
      document: withThing({ attributes: { line: "${nope}" } }),
      path: `${path}.attributes.line`,
      words: "there is no variable ${nope}",
    },
    {
      what: "an attribute that would be passed over",
      document: withThing({ attributes: proto }),
      path: `${path}.attributes`,
      words: '"__proto__"',
    },
    {
      what: "attributes of null",
      document: withThing({ attributes: null }),
      path: `${path}.attributes`,
      words: fields,
    },
    {
      what: "the attribute that Muster sets",
      document: withThing({ attributes: { certificateId: "x" } }),
      path: `${path}.attributes.certificateId`,
      words: "Muster sets this one itself",
    },
    {
      what: "three attributes without a type",
      document: withThing({ attributes: attributes(3) }),
      path: `${path}.attributes`,
      words: "a thing without a type takes up to 2 attributes beside Muster's own; these are 3",
    },
    {
      what: "fifty attributes with a type",
      document: withThing({ type: "T", attributes: attributes(50) }),
      path: `${path}.attributes`,
      words: "a thing with a type takes up to 49 attributes beside Muster's own; these are 50",
    },
  ];
}

function policyCases(): readonly Case[] {
  const at = (fields: object) => ({ name, thing, policy: { ...policy, ...fields } });
  const path = "policy";
  return [
    {
      what: "no policy",
      document: { name, thing },
      path,
      words: `missing; it has to be ${fields}`,
    },
    { what: "an unknown policy field", document: at({ retain: 1 }), path, words: '"retain"' },
    {
      what: "topics that are not in a list",
      document: at({ subscribe: "a" }),
      path: `${path}.subscribe`,
      words: "it has to be a list",
    },
    {
      what: "a topic to publish to",
      document: at({ publish: ["a", "#"] }),
      path: `${path}.publish.1`,
      words: "write * for any text",
    },
    {
      what: "a topic to subscribe to",
      document: at({ subscribe: ["*"] }),
      path: `${path}.subscribe.0`,
      words: "cannot begin with a wildcard",
    },
    {
      what: "no topic at all",
      document: { name, thing, policy: {} },
      path,
      words: "at least one topic under publish or subscribe",
    },
    {
      what: "empty lists of topics",
      document: at({ publish: [], subscribe: [] }),
      path,
      words: "at least one topic",
    },
    ...[
      "group",
      { group: "g" },
      { group: "g", greengrass: true },
      { group: "a b", greengrass: false },
      { group: "g", greengrass: false, x: 1 },
    ].map((attachTo) => ({
      what: `attachTo ${JSON.stringify(attachTo)}`,
      document: at({ attachTo }),
      path: `${path}.attachTo`,
      words: 'use "certificate", or { group: <name>, greengrass: false }',
    })),
    {
      what: "a policy by a group that the thing is not in",
      document: at({ attachTo: { group: "g", greengrass: false } }),
      path: `${path}.attachTo.group`,
      words: '"g" has to be one of thing.groups',
    },
  ];
}

function withThing(more: object) {
  return { name, policy, thing: { ...thing, ...more } };
}

function everyAlgorithm() {
  return {
    ...leastProfile,
    certificate: { keys: awsKeyTypes, signatureAlgorithms: awsSignatureAlgorithms },
  };
}

function refusal(document: unknown): MusterError {
  try {
    parseProfile(document);
  } catch (error) {
    if (error instanceof MusterError && error.code === "PROFILE_INVALID") return error;
    throw error;
  }
  throw new Error("The profile was accepted.");
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
