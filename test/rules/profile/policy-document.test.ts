import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MusterError } from "../../../src/rules/errors.ts";
import { toPolicyDocument } from "../../../src/rules/profile/policy-document.ts";
import { parseProfile } from "../../../src/rules/profile/profile.ts";
import { leastProfile, profileDocuments } from "../../support/profile-documents.ts";

const scope = { partition: "aws-cn", region: "cn-north-1", accountId: "123456789012" };
const arn = "arn:aws-cn:iot:cn-north-1:123456789012:";
const ownName = "${iot:Connection.Thing.ThingName}";

const withPolicy = (policy: object) => parseProfile({ ...leastProfile, policy });

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string | readonly string[];
}

function statementsOf(document: string): readonly Statement[] {
  return JSON.parse(document).Statement;
}

describe("the policy of a profile", () => {
  test("lets a device connect as its own thing, and publish, subscribe and receive as it says", () => {
    const document = toPolicyDocument(
      withPolicy({
        publish: ["dt/${thingName}/*", "all"],
        subscribe: ["cmd/${thingName}/${thingName}"],
      }),
      scope,
    );
    expect(JSON.parse(document)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "iot:Connect",
          Resource: `${arn}client/${ownName}`,
          Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
        },
        {
          Effect: "Allow",
          Action: "iot:Publish",
          Resource: [`${arn}topic/dt/${ownName}/*`, `${arn}topic/all`],
        },
        {
          Effect: "Allow",
          Action: "iot:Subscribe",
          Resource: [`${arn}topicfilter/cmd/${ownName}/${ownName}`],
        },
        {
          Effect: "Allow",
          Action: "iot:Receive",
          Resource: [`${arn}topic/cmd/${ownName}/${ownName}`],
        },
      ],
    });
  });

  const parts: readonly (readonly [policy: object, actions: readonly string[]])[] = [
    [{ publish: ["a"] }, ["iot:Connect", "iot:Publish"]],
    [{ subscribe: ["a"] }, ["iot:Connect", "iot:Subscribe", "iot:Receive"]],
  ];
  test.for(parts)("%j says nothing of what it does not list", ([policy, actions]) => {
    const statements = statementsOf(toPolicyDocument(withPolicy(policy), scope));
    expect(statements.map(({ Action }) => Action)).toEqual(actions);
  });

  describe("takes 2048 characters, white space not counted", () => {
    /** A profile whose policy has so many characters, and spaces beside. */
    const ofLength = (length: number, spaces = 0) => {
      const topics = (last: string) =>
        withPolicy({ publish: [...Array<string>(5).fill("a".repeat(256)), last] });
      const rest = length - toPolicyDocument(topics("a"), scope).length;
      return topics(`a${" ".repeat(spaces)}${"a".repeat(rest)}`);
    };
    test("2048 is written", () => {
      expect(toPolicyDocument(ofLength(2048), scope)).toHaveLength(2048);
    });
    test("2048 beside spaces is written", () => {
      expect(toPolicyDocument(ofLength(2048, 9), scope)).toHaveLength(2057);
    });
    test("2049 is POLICY_TOO_LARGE", () => {
      expect(() => toPolicyDocument(ofLength(2049), scope)).toThrow(
        expect.objectContaining({
          code: "POLICY_TOO_LARGE",
          message: expect.stringContaining('"sensor" has 2049 characters; AWS IoT takes 2048'),
          details: { length: 2049, limit: 2048 },
        }),
      );
    });
  });

  test("only allows, opens nothing wholly, has one variable and fits, or is POLICY_TOO_LARGE", () => {
    fc.assert(
      fc.property(profileDocuments, (source) => {
        const profile = parseProfile(source);
        let document: string;
        try {
          document = toPolicyDocument(profile, scope);
        } catch (error) {
          expect(error).toBeInstanceOf(MusterError);
          expect(error).toMatchObject({ code: "POLICY_TOO_LARGE" });
          return;
        }
        expect(document.replaceAll(/\s/g, "").length).toBeLessThanOrEqual(2048);
        expect(document.replaceAll(ownName, "")).not.toContain("${");
        for (const { Effect, Resource } of statementsOf(document)) {
          expect(Effect).toBe("Allow");
          for (const resource of [Resource].flat()) {
            expect(resource).toMatch(/:(?:client|topic|topicfilter)\/[^*?]/);
            expect(resource.startsWith(arn)).toBe(true);
          }
        }
      }),
    );
  });
});
