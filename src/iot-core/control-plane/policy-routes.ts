import * as z from "zod";
import type { Policy, PolicyVersion } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { checkPolicyDocument } from "./policy-document.ts";
import { createRoute, type Route } from "./route.ts";
import {
  encodeCursor,
  flag,
  markerPage,
  markerPageFrom,
  policyName,
  unsupported,
} from "./shapes.ts";

const maximumVersions = 5;
const versionId = z
  .string()
  .regex(/^[0-9]+$/)
  .transform(Number);
const document = z.string().max(404_600);

/** Operations on policies and their versions. */
export function createPolicyRoutes({ tables, arns, now }: OperationContext): readonly Route[] {
  const { policies, policyTargets } = tables;

  const findPolicy = (name: string): Policy => {
    const policy = policies.find(name);
    if (policy !== undefined) return policy;
    throw new AwsError("ResourceNotFoundException", `Policy ${name} does not exist`);
  };

  const findVersion = (name: string, id: number): PolicyVersion => {
    findPolicy(name);
    const version = policies.versions(name).find((candidate) => candidate.versionId === id);
    if (version !== undefined) return version;
    throw new AwsError("ResourceNotFoundException", `Policy ${name} has no version ${id}`);
  };

  return [
    createRoute({
      operation: "CreatePolicy",
      method: "POST",
      path: "/policies/{policyName}",
      input: z.object({ policyName, policyDocument: document, tags: unsupported("Tagging") }),
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
        const policy = findPolicy(input.policyName);
        return {
          policyName: policy.policyName,
          policyArn: arns.of("policy", policy.policyName),
          policyDocument: findVersion(policy.policyName, policy.defaultVersionId).document,
          defaultVersionId: String(policy.defaultVersionId),
          creationDate: toEpochSeconds(policy.creationDate),
          lastModifiedDate: toEpochSeconds(policy.lastModifiedDate),
        };
      },
    }),
    createRoute({
      operation: "DeletePolicy",
      method: "DELETE",
      path: "/policies/{policyName}",
      input: z.object({ policyName }),
      handle: (input) => {
        const policy = findPolicy(input.policyName);
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
      handle: ({ pageSize, marker }) => {
        const request = { after: marker, limit: pageSize };
        const page = pageOf(policies.all(), request, (policy) => policy.policyName);
        return {
          policies: page.rows.map((policy) => ({
            policyName: policy.policyName,
            policyArn: arns.of("policy", policy.policyName),
          })),
          nextMarker: encodeCursor(page.next),
        };
      },
    }),
    createRoute({
      operation: "CreatePolicyVersion",
      method: "POST",
      path: "/policies/{policyName}/version",
      from: { setAsDefault: "query" },
      input: z.object({ policyName, policyDocument: document, setAsDefault: flag.default(false) }),
      handle: (input) => {
        const policy = findPolicy(input.policyName);
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
      input: z.object({ policyName, policyVersionId: versionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        return {
          policyArn: arns.of("policy", input.policyName),
          policyName: input.policyName,
          policyDocument: version.document,
          policyVersionId: String(version.versionId),
          isDefaultVersion: version.versionId === findPolicy(input.policyName).defaultVersionId,
          creationDate: toEpochSeconds(version.creationDate),
          lastModifiedDate: toEpochSeconds(version.creationDate),
        };
      },
    }),
    createRoute({
      operation: "ListPolicyVersions",
      method: "GET",
      path: "/policies/{policyName}/version",
      input: z.object({ policyName }),
      handle: (input) => {
        const policy = findPolicy(input.policyName);
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
      input: z.object({ policyName, policyVersionId: versionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        if (version.versionId === findPolicy(input.policyName).defaultVersionId) {
          throw new AwsError("DeleteConflictException", "The default version cannot be deleted");
        }
        policies.removeVersion(input.policyName, version.versionId);
      },
    }),
    createRoute({
      operation: "SetDefaultPolicyVersion",
      method: "PATCH",
      path: "/policies/{policyName}/version/{policyVersionId}",
      input: z.object({ policyName, policyVersionId: versionId }),
      handle: (input) => {
        const version = findVersion(input.policyName, input.policyVersionId);
        policies.setDefaultVersion(input.policyName, version.versionId, now());
      },
    }),
  ];
}
