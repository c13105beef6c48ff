import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { toGenerationId } from "./generation-id.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { checkPolicyDocument } from "./policy-document.ts";
import { createRoute, type Route } from "./route.ts";
import { markerPage, markerPageFrom, policyDocument, policyName, unsupported } from "./shapes.ts";

/** Operations on policies. */
export function createPolicyRoutes({
  tables,
  existing,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { policies, policyTargets } = tables;

  return [
    createRoute({
      operation: "CreatePolicy",
      method: "POST",
      path: "/policies/{policyName}",
      input: z.object({ policyName, policyDocument, tags: unsupported("Tagging") }),
      note: "The form is checked, not what is granted; no tags.",
      handle: (input) => {
        const policyArn = arns.of("policy", input.policyName);
        checkPolicyDocument(input.policyDocument);
        if (policies.find(input.policyName) !== undefined) {
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Policy ${input.policyName} already exists`,
            { resourceId: input.policyName, resourceArn: policyArn },
          );
        }
        policies.add(input.policyName, input.policyDocument, now());
        return {
          policyName: input.policyName,
          policyArn,
          policyDocument: input.policyDocument,
          policyVersionId: "1",
        };
      },
    }),
    createRoute({
      operation: "GetPolicy",
      method: "GET",
      path: "/policies/{policyName}",
      input: z.object({ policyName }),
      handle: (input) => {
        const policy = existing.policy(input.policyName);
        return {
          policyName: policy.policyName,
          policyArn: arns.of("policy", policy.policyName),
          policyDocument: policies.findVersion(policy.policyName, policy.defaultVersionId)
            ?.document,
          defaultVersionId: String(policy.defaultVersionId),
          creationDate: toEpochSeconds(policy.creationDate),
          lastModifiedDate: toEpochSeconds(policy.lastModifiedDate),
          generationId: toGenerationId(policy.policyName, policy.creationDate),
        };
      },
    }),
    createRoute({
      operation: "DeletePolicy",
      method: "DELETE",
      path: "/policies/{policyName}",
      input: z.object({ policyName }),
      handle: (input) => {
        const policy = existing.policy(input.policyName);
        if (policyTargets.targetsOf(policy.policyName).length > 0) {
          throw new AwsError("DeleteConflictException", "The policy is still attached");
        }
        if (policies.versions(policy.policyName).length > 1) {
          throw new AwsError("DeleteConflictException", "The policy has non-default versions");
        }
        policies.remove(policy.policyName);
      },
    }),
    createRoute({
      operation: "ListPolicies",
      method: "GET",
      path: "/policies",
      from: { ...markerPageFrom, isAscendingOrder: "query" },
      input: z.object({ ...markerPage, isAscendingOrder: unsupported("isAscendingOrder") }),
      note: "By name, whatever their age; `ascendingOrder` is refused.",
      handle: ({ pageSize, marker }) => {
        const request = { after: marker, limit: pageSize };
        const page = pageOf(policies.all(), request, (policy) => policy.policyName);
        return {
          policies: page.rows.map((policy) => ({
            policyName: policy.policyName,
            policyArn: arns.of("policy", policy.policyName),
          })),
          nextMarker: page.next,
        };
      },
    }),
  ];
}
