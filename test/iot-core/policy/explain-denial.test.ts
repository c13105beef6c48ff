import { expect, test } from "vitest";
import { explainDenial } from "../../../src/iot-core/policy/explain-denial.ts";
import { parsePolicy } from "../../../src/iot-core/policy/parse-policy.ts";
import { toVariableLookup } from "../../../src/iot-core/policy/policy-variables.ts";
import { attached, type Statement, toDocument, topic } from "./support.ts";

/** Here is eu-central-1 of 123456789012. */
function explain(...policies: readonly (readonly [string, readonly Statement[]])[]): string {
  const named = policies.map(([policyName, statements]) => ({
    policyName,
    document: toDocument(statements),
  }));
  const variables = toVariableLookup(attached);
  return explainDenial(named, { action: "iot:Publish", resource: topic, variables }, parsePolicy);
}

const inVirginia = "arn:aws:iot:us-east-1:123456789012:topic/dt/${iot:ClientId}/*";

const denials: readonly {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly says: string;
}[] = [
  {
    name: "of another region",
    statements: [{ Resource: inVirginia }],
    says: "; policy p allows it in us-east-1 only; here it is eu-central-1",
  },
  {
    name: "of another account",
    statements: [{ Resource: "arn:aws:iot:eu-central-1:999999999999:topic/*" }],
    says: "; policy p allows it in account 999999999999 only; here it is 123456789012",
  },
  {
    name: "of another account, in any region",
    statements: [{ Resource: "arn:aws:iot:*:999999999999:topic/*" }],
    says: "; policy p allows it in account 999999999999 only; here it is 123456789012",
  },
  {
    name: "of another region and account, the second of two resources",
    statements: [{ Resource: [topic.replace("lamp", "door"), "arn:aws:iot:a-1:999999999999:*"] }],
    says: "; policy p allows it in a-1 of account 999999999999 only; here it is eu-central-1 of 123456789012",
  },
  {
    name: "of another region, for another topic",
    statements: [{ Resource: "arn:aws:iot:us-east-1:123456789012:topic/dt/door/t" }],
    says: "",
  },
  {
    name: "of another region, for another action",
    statements: [{ Action: "iot:Receive", Resource: inVirginia }],
    says: "",
  },
  {
    name: "of another region, under a condition that does not hold",
    statements: [
      {
        Resource: inVirginia,
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "false" } },
      },
    ],
    says: "",
  },
  {
    name: "that denies it in another region",
    statements: [{ Effect: "Deny", Resource: inVirginia }],
    says: "",
  },
  { name: "of here, for another topic", statements: [{ Resource: `${topic}x` }], says: "" },
  { name: "whose resource is no ARN", statements: [{ Resource: "topic/*" }], says: "" },
];

test.for(denials)("a statement $name", ({ statements, says }) => {
  expect(explain(["p", statements])).toBe(`looked at policy p${says}`);
});

test("the policies that were looked at are named once each, a few of them", () => {
  const statements = [{ Resource: topic.replace("lamp", "door") }];
  expect(explain()).toBe("there are no policies");
  expect(explain(["p", statements], ["q", statements], ["p", statements])).toBe(
    "looked at policies p, q",
  );
  const many = Array.from({ length: 7 }, (_, index) => [`p${index}`, statements] as const);
  expect(explain(...many)).toBe("looked at policies p0, p1, p2, p3, p4 and 2 more");
});

test("the policy is named that would allow it", () => {
  const other = [{ Resource: topic.replace("lamp", "door") }];
  expect(explain(["p", other], ["q", [...other, { Resource: inVirginia }]])).toContain(
    "; policy q allows it in us-east-1 only",
  );
});
