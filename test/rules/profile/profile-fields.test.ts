import { describe, expect, test } from "vitest";
import { awsKeyTypes } from "../../../src/rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../../src/rules/certificate/check-signature-algorithm.ts";
import { attributesOf, leastProfile, refusalOf } from "../../support/profile-documents.ts";

const { name, thing, policy } = leastProfile;
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
    words: "use one of jitr, preregister",
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
    const error = refusalOf(document);
    expect(error.message).toContain(`  ${path || "(document)"}: `);
    expect(error.details["problems"]).toEqual([{ path, message: expect.stringContaining(words) }]);
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
      document: withThing({ attributes: attributesOf(3) }),
      path: `${path}.attributes`,
      words: "a thing without a type takes up to 2 attributes beside Muster's own; these are 3",
    },
    {
      what: "fifty attributes with a type",
      document: withThing({ type: "T", attributes: attributesOf(50) }),
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
    ...["group", { group: "g" }, { group: "g", greengrass: true }].map((attachTo) => ({
      what: `attachTo ${JSON.stringify(attachTo)}`,
      document: at({ attachTo }),
      path: `${path}.attachTo`,
      words: 'use "certificate", or { group: <name>, greengrass: false }',
    })),
    {
      what: "a group name to attach to",
      document: at({ attachTo: { group: "a b", greengrass: false } }),
      path: `${path}.attachTo.group`,
      words: "1 to 128 letters, digits and : _ -",
    },
    {
      what: "an unknown field of attachTo",
      document: at({ attachTo: { group: "g", greengrass: false, x: 1 } }),
      path: `${path}.attachTo`,
      words: 'unknown field "x"',
    },
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
