import * as z from "zod";
import type { PolicyVersion } from "../model.ts";
import { AwsError } from "./aws-error.ts";
import { toGenerationId } from "./generation-id.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { checkPolicyDocument } from "./policy-document.ts";
import { createRoute, type Route } from "./route.ts";
import { flag, policyDocument, policyName } from "./shapes.ts";

const maximumVersions = 5;
const policyVersionId = z
  .string()
  .regex(/^[0-9]{1,9}$/)
  .transform(Number);

/** Operations on the versions of policies. */
export function createPolicyVersionRoutes(context: OperationContext): readonly Route[] {
  const {
    tables: { policies },
    existing,
    arns,
    now,
  } = context;

  const findVersion = (name: string, id: number): PolicyVersion => {
    existing.policy(name);
    const version = policies.findVersion(name, id);
    if (version !== undefined) return version;
    throw new AwsError("ResourceNotFoundException", `Policy ${name} has no version ${id}`);
  };

  return [
    createRoute({
      operation: "CreatePolicyVersion",
      method: "POST",
      path: "/policies/{policyName}/version",
      from: { setAsDefault: "query" },
      input: z.object({ policyName, policyDocument, setAsDefault: flag.default(false) }),
      handle: (input) => {
        const policy = existing.policy(input.policyName);
        checkPolicyDocument(input.policyDocument);
        const versions = policies.versions(policy.policyName);
        if (versions.length >= maximumVersions) {
          throw new AwsError(
            "VersionsLimitExceededException",
            `The policy has ${maximumVersions} versions already`,
          );
        }
        const at = now();
        const newId = policies.addVersion(policy.policyName, input.policyDocument, at);
        if (input.setAsDefault) policies.setDefaultVersion(policy.policyName, newId, at);
        return {
          policyArn: arns.of("policy", policy.policyName),
          policyDocument: input.policyDocument,
          policyVersionId: String(newId),
          isDefaultVersion: input.setAsDefault,
        };
      },
    }),
    createRoute({
      operation: "GetPolicyVersion",
      method: "GET",
      path: "/policies/{policyName}/version/{policyVersionId}",
      input: z.object({ policyName, policyVersionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        return {
          policyArn: arns.of("policy", input.policyName),
          policyName: input.policyName,
          policyDocument: version.document,
          policyVersionId: String(version.versionId),
          isDefaultVersion:
            version.versionId === existing.policy(input.policyName).defaultVersionId,
          creationDate: toEpochSeconds(version.creationDate),
          lastModifiedDate: toEpochSeconds(version.creationDate),
          generationId: toGenerationId(
            `${input.policyName} ${version.versionId}`,
            version.creationDate,
          ),
        };
      },
    }),
    createRoute({
      operation: "ListPolicyVersions",
      method: "GET",
      path: "/policies/{policyName}/version",
      input: z.object({ policyName }),
      handle: (input) => {
        const policy = existing.policy(input.policyName);
        return {
          policyVersions: policies.versions(policy.policyName).map((version) => ({
            versionId: String(version.versionId),
            isDefaultVersion: version.versionId === policy.defaultVersionId,
            createDate: toEpochSeconds(version.creationDate),
          })),
        };
      },
    }),
    createRoute({
      operation: "DeletePolicyVersion",
      method: "DELETE",
      path: "/policies/{policyName}/version/{policyVersionId}",
      input: z.object({ policyName, policyVersionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        if (version.versionId === existing.policy(input.policyName).defaultVersionId) {
          throw new AwsError("DeleteConflictException", "The default version cannot be deleted");
        }
        policies.removeVersion(input.policyName, version.versionId);
      },
    }),
    createRoute({
      operation: "SetDefaultPolicyVersion",
      method: "PATCH",
      path: "/policies/{policyName}/version/{policyVersionId}",
      input: z.object({ policyName, policyVersionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        policies.setDefaultVersion(input.policyName, version.versionId, now());
      },
    }),
  ];
}
