import * as z from "zod";
import type { AttachedPolicy } from "../registry/policy-target-table.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, policyName, thingName, unsupported } from "./shapes.ts";
import { createTestAuthorization } from "./test-authorization.ts";

const maximumAuthInfos = 10;

const principals = {
  principal: arn.optional(),
  cognitoIdentityPoolId: unsupported("Amazon Cognito (cognitoIdentityPoolId)"),
};

const authInfo = z.object({
  actionType: z.enum(["PUBLISH", "SUBSCRIBE", "RECEIVE", "CONNECT"]),
  resources: z.array(arn),
});

/** Operations that tell what the policies of a device let it do. */
export function createAuthorizationRoutes(context: OperationContext): readonly Route[] {
  const { registry, tables, existing, arns } = context;
  const { policyTargets, thingGroups } = tables;
  const testAuthorization = createTestAuthorization(context);

  const ofGroups = (groups: readonly string[]): readonly AttachedPolicy[] =>
    groups
      .flatMap((group) => thingGroups.withAncestors(group))
      .flatMap((group) => policyTargets.attachedTo(`thinggroup/${group.thingGroupName}`));

  const findEffective = (principal: string | undefined, name: string | undefined) => {
    if (name !== undefined) existing.thing(name);
    if (principal === undefined) {
      if (name !== undefined) return ofGroups(thingGroups.groupsOfThing(name));
      throw new AwsError("InvalidRequestException", "principal or thingName must be given");
    }
    const target = arns.parseTarget(principal);
    const id = target.slice(target.indexOf("/") + 1);
    if (target.startsWith("thinggroup/")) return ofGroups([existing.thingGroup(id).thingGroupName]);
    return registry.effectivePolicies(existing.certificate(id).certificateId, name);
  };

  return [
    createRoute({
      operation: "GetEffectivePolicies",
      method: "POST",
      path: "/effective-policies",
      from: { thingName: "query" },
      input: z.object({ ...principals, thingName: thingName.optional() }),
      note: "With both a certificate and a thing, the policies of its groups count while the certificate is attached to it.",
      handle: (input) => {
        const policies = findEffective(input.principal, input.thingName);
        const byName = new Map(policies.map((policy) => [policy.policyName, policy]));
        return {
          effectivePolicies: [...byName.values()].map(({ policyName: name, document }) => ({
            policyName: name,
            policyArn: arns.of("policy", name),
            policyDocument: document,
          })),
        };
      },
    }),
    createRoute({
      operation: "TestAuthorization",
      method: "POST",
      path: "/test-authorization",
      from: { clientId: "query" },
      input: z.object({
        ...principals,
        clientId: z.string().optional(),
        authInfos: z.array(authInfo).min(1).max(maximumAuthInfos),
        policyNamesToAdd: z.array(policyName).default([]),
        policyNamesToSkip: z.array(policyName).default([]),
      }),
      note: "For certificates; by the evaluator that connections are held to. The address and the name that a device dials are unknown here and have no value.",
      handle: ({ principal, ...input }) => {
        if (principal === undefined) {
          throw new AwsError("InvalidRequestException", "principal must be given");
        }
        const certificate = existing.certificate(arns.parsePrincipal(principal));
        return { authResults: testAuthorization({ ...input, certificate }) };
      },
    }),
  ];
}
