import { describe, expect, test } from "vitest";
import {
  attached,
  client,
  decide,
  detached,
  type PolicyCase,
  toDocument,
  topic,
  topicOf,
} from "./support.ts";

const statementCases: readonly PolicyCase[] = [
  { name: "an allow of all", statements: [{}], decision: "allowed" },
  {
    name: "an allow of another action",
    statements: [{ Action: "iot:Receive" }],
    decision: "implicit-deny",
  },
  {
    name: "one action of several",
    statements: [{ Action: ["iot:Receive", "iot:Publish"] }],
    decision: "allowed",
  },
  { name: "iot:*", statements: [{ Action: "iot:*" }], decision: "allowed" },
  { name: "a part of an action's name", statements: [{ Action: "iot:Pub*" }], decision: "allowed" },
  { name: "another service", statements: [{ Action: "s3:*" }], decision: "implicit-deny" },
  {
    name: "another resource",
    statements: [{ Resource: topicOf("door") }],
    decision: "implicit-deny",
  },
  {
    name: "one resource of several",
    statements: [{ Resource: [topicOf("door"), topicOf("lamp")] }],
    decision: "allowed",
  },
  {
    name: "a deny after an allow",
    statements: [{}, { Effect: "Deny", Resource: topicOf("lamp") }],
    decision: "explicit-deny",
  },
  {
    name: "a deny before an allow",
    statements: [{ Effect: "Deny", Action: "iot:*" }, {}],
    decision: "explicit-deny",
  },
  {
    name: "a deny of something else",
    statements: [{ Effect: "Deny", Action: "iot:Subscribe" }, {}],
    decision: "allowed",
  },
];

const variableCases: readonly PolicyCase[] = [
  {
    name: "the thing's name in a resource",
    statements: [{ Resource: topicOf("${iot:Connection.Thing.ThingName}") }],
    decision: "allowed",
  },
  {
    name: "the name of a thing that is not attached",
    statements: [{ Resource: topicOf("${iot:Connection.Thing.ThingName}") }],
    variables: detached,
    decision: "implicit-deny",
  },
  {
    name: "an absent name in a deny",
    statements: [{}, { Effect: "Deny", Resource: topicOf("${iot:Connection.Thing.ThingName}") }],
    variables: detached,
    decision: "allowed",
  },
  {
    name: "a variable in other letters",
    statements: [{ Resource: topicOf("${iot:clientId}") }],
    decision: "allowed",
  },
  {
    name: "the certificate's common name",
    statements: [{ Resource: topicOf("${iot:Certificate.Subject.CommonName}") }],
    resource: topicOf("serial-1"),
    decision: "allowed",
  },
  {
    name: "a variable that is not supported",
    statements: [{ Resource: topicOf("${aws:username}") }],
    decision: "implicit-deny",
  },
  {
    name: "a variable that is not supported, in a deny",
    statements: [{}, { Effect: "Deny", Resource: topicOf("${aws:username}") }],
    decision: "explicit-deny",
  },
  {
    name: "a name of JavaScript's",
    statements: [{ Resource: topicOf("${constructor}") }],
    decision: "implicit-deny",
  },
  {
    name: "a value with a wildcard, which is none",
    statements: [{ Resource: topicOf("${iot:ClientId}") }],
    variables: { ...attached, "iot:ClientId": "*" },
    decision: "implicit-deny",
  },
  {
    name: "a value that looks like a variable",
    statements: [{ Resource: topicOf("${iot:ClientId}") }],
    variables: { ...attached, "iot:ClientId": "${iot:Connection.Thing.ThingName}" },
    decision: "implicit-deny",
  },
];

const isAttached = { Bool: { "iot:Connection.Thing.IsAttached": "true" } };

describe("statements", () => {
  test.for(statementCases)("$name: $decision", (given) => {
    expect(decide([toDocument(given.statements)], given)).toBe(given.decision);
  });
});

describe("variables", () => {
  test.for(variableCases)("$name: $decision", (given) => {
    expect(decide([toDocument(given.statements)], given)).toBe(given.decision);
  });
});

describe("a document", () => {
  test("whose condition the parser would lose allows nothing", () => {
    const condition = '"Condition":{"__proto__":{"iot:ClientId":"another"}}';
    const policy = toDocument([{}]).replace('"Effect"', `${condition},"Effect"`);
    expect(JSON.parse(policy).Statement).toHaveLength(1);
    expect(decide([policy])).toBe("implicit-deny");
  });
});

describe("what a client chooses itself", () => {
  test.for(["+", "#", "*", "a?", "$x"])("the client id %s stands for no topic", (clientId) => {
    const policy = toDocument([{ Resource: topicOf("${iot:ClientId}") }]);
    const given = { resource: topicOf(clientId), variables: { "iot:ClientId": clientId } };
    expect(decide([policy], given)).toBe("implicit-deny");
  });
});

describe("documents", () => {
  const allow = toDocument([{}]);

  test("none allow nothing", () => expect(decide([])).toBe("implicit-deny"));

  test("one may allow what another does not mention", () => {
    expect(decide([toDocument([{ Action: "iot:Receive" }]), allow])).toBe("allowed");
  });

  test("one may deny what another allows", () => {
    expect(decide([allow, toDocument([{ Effect: "Deny" }])])).toBe("explicit-deny");
  });

  test("of the old version replace no variables", () => {
    const statements = [{ Resource: topicOf("${iot:ClientId}") }];
    expect(decide([toDocument(statements, "2008-10-17")])).toBe("implicit-deny");
    expect(decide([toDocument([{}], "2008-10-17")])).toBe("allowed");
  });

  test.for([
    "",
    "null",
    "[]",
    '{"Version":"2012-10-17"}',
    '{"Version":"2012-10-17","Statement":[]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"x","Resource":"*"}]}',
    '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  ])("that cannot be read keep everything denied: %s", (document) => {
    expect(decide([document])).toBe("implicit-deny");
    expect(decide([allow, document])).toBe("implicit-deny");
  });

  test("may have one statement that stands alone", () => {
    const [statement] = JSON.parse(allow).Statement;
    expect(decide([JSON.stringify({ Version: "2012-10-17", Statement: statement })])).toBe(
      "allowed",
    );
  });
});

test("the policy that AWS recommends lets a device be itself and no other", () => {
  const name = "${iot:Connection.Thing.ThingName}";
  const documents = [
    toDocument([
      {
        Action: "iot:Connect",
        Resource: client.replace("lamp", name),
        Condition: isAttached,
      },
      { Action: ["iot:Publish", "iot:Receive"], Resource: topicOf(name) },
    ]),
  ];
  const connect = { action: "iot:Connect", resource: client } as const;
  expect(decide(documents, connect)).toBe("allowed");
  expect(decide(documents, { ...connect, variables: detached })).toBe("implicit-deny");
  expect(decide(documents, { ...connect, resource: `${client}2` })).toBe("implicit-deny");
  expect(decide(documents)).toBe("allowed");
  expect(decide(documents, { resource: topic.replace("lamp", "door") })).toBe("implicit-deny");
});
