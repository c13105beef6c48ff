import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { ThingGroup } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { checkVersion } from "./check-version.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import {
  attributePayload,
  description,
  flag,
  prefixedTokenPage,
  prefixedTokenPageFrom,
  thingName,
  unsupported,
  version,
  versionInQuery,
} from "./shapes.ts";
import { checkAttributeLimits, hasSameAttributes, mergeAttributes } from "./thing-attributes.ts";
import { checkParent, listBelow } from "./thing-group-hierarchy.ts";

const properties = z.object({
  thingGroupDescription: description.optional(),
  attributePayload: attributePayload.optional(),
});

/** Operations on thing groups themselves. Dynamic ones, which need an index, are not supported. */
export function createThingGroupRoutes({
  tables,
  existing,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { thingGroups, policyTargets } = tables;

  const toIdentity = (group: ThingGroup) => ({
    thingGroupName: group.thingGroupName,
    thingGroupArn: arns.of("thinggroup", group.thingGroupName),
    thingGroupId: group.thingGroupId,
  });

  const toNameAndArn = (groupName: string) => ({
    groupName,
    groupArn: arns.of("thinggroup", groupName),
  });

  return [
    createRoute({
      operation: "CreateThingGroup",
      method: "POST",
      path: "/thing-groups/{thingGroupName}",
      input: z.object({
        thingGroupName: thingName,
        parentGroupName: thingName.optional(),
        thingGroupProperties: properties.default({}),
        tags: unsupported("Tagging"),
      }),
      handle: ({ thingGroupName, parentGroupName, thingGroupProperties }) => {
        const { thingGroupDescription, attributePayload: payload } = thingGroupProperties;
        const attributes = mergeAttributes({}, payload?.attributes, false);
        checkAttributeLimits(attributes, true);
        const wanted: ThingGroup = {
          thingGroupName,
          thingGroupId: randomUUID(),
          ...(parentGroupName !== undefined && { parentGroupName }),
          ...(thingGroupDescription !== undefined && { description: thingGroupDescription }),
          attributes,
          version: 1,
          creationDate: now(),
        };
        const known = thingGroups.find(thingGroupName);
        if (known !== undefined && isSame(known, wanted)) return toIdentity(known);
        if (known !== undefined) {
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Thing group ${thingGroupName} already exists with different properties`,
            { resourceId: known.thingGroupId, resourceArn: toIdentity(known).thingGroupArn },
          );
        }
        if (parentGroupName !== undefined) checkParent(thingGroups, parentGroupName);
        thingGroups.add(wanted);
        return toIdentity(wanted);
      },
    }),
    createRoute({
      operation: "DescribeThingGroup",
      method: "GET",
      path: "/thing-groups/{thingGroupName}",
      input: z.object({ thingGroupName: thingName }),
      handle: ({ thingGroupName }) => {
        const group = existing.thingGroup(thingGroupName);
        const [, ...ancestors] = thingGroups.withAncestors(thingGroupName);
        return {
          ...toIdentity(group),
          version: group.version,
          thingGroupProperties: {
            thingGroupDescription: group.description,
            attributePayload: { attributes: group.attributes },
          },
          thingGroupMetadata: {
            parentGroupName: group.parentGroupName,
            rootToParentThingGroups: ancestors
              .reverse()
              .map((ancestor) => toNameAndArn(ancestor.thingGroupName)),
            creationDate: toEpochSeconds(group.creationDate),
          },
        };
      },
    }),
    createRoute({
      operation: "ListThingGroups",
      method: "GET",
      path: "/thing-groups",
      from: { ...prefixedTokenPageFrom, parentGroup: "query", recursive: "query" },
      input: z.object({
        ...prefixedTokenPage,
        parentGroup: thingName.optional(),
        recursive: flag.optional(),
      }),
      note: "Without `parentGroup` every group is listed, with `recursive=false` only those at the top.",
      handle: ({ maxResults, namePrefixFilter = "", ...request }) => {
        const { parentGroup, nextToken } = request;
        if (parentGroup !== undefined) existing.thingGroup(parentGroup);
        const matching = Iterator.from(listBelow(thingGroups, request)).filter((name) =>
          name.startsWith(namePrefixFilter),
        );
        const page = pageOf(matching, { after: nextToken, limit: maxResults }, (name) => name);
        return { thingGroups: page.rows.map(toNameAndArn), nextToken: page.next };
      },
    }),
    createRoute({
      operation: "UpdateThingGroup",
      method: "PATCH",
      path: "/thing-groups/{thingGroupName}",
      input: z.object({
        thingGroupName: thingName,
        thingGroupProperties: properties,
        expectedVersion: version.optional(),
      }),
      handle: ({ thingGroupName, thingGroupProperties, expectedVersion }) => {
        const group = existing.thingGroup(thingGroupName);
        checkVersion(`Thing group ${thingGroupName}`, group, expectedVersion);
        const { thingGroupDescription, attributePayload: payload } = thingGroupProperties;
        const attributes = mergeAttributes(
          group.attributes,
          payload?.attributes,
          payload?.merge ?? false,
        );
        checkAttributeLimits(attributes, true);
        const next = group.version + 1;
        thingGroups.update({
          ...group,
          ...(thingGroupDescription !== undefined && { description: thingGroupDescription }),
          attributes,
          version: next,
        });
        return { version: next };
      },
    }),
    createRoute({
      operation: "DeleteThingGroup",
      method: "DELETE",
      path: "/thing-groups/{thingGroupName}",
      from: { expectedVersion: "query" },
      input: z.object({ thingGroupName: thingName, expectedVersion: versionInQuery.optional() }),
      note: "A group that does not exist is deleted with success: the model has no other answer.",
      handle: ({ thingGroupName, expectedVersion }) => {
        const group = thingGroups.find(thingGroupName);
        if (group === undefined) return {};
        checkVersion(`Thing group ${thingGroupName}`, group, expectedVersion);
        if (thingGroups.childrenOf(thingGroupName).length > 0) {
          throw new AwsError(
            "InvalidRequestException",
            `Cannot delete thing group : ${thingGroupName} when there are still child groups attached to it.`,
          );
        }
        policyTargets.clear(`thinggroup/${thingGroupName}`);
        thingGroups.remove(thingGroupName);
        return {};
      },
    }),
  ];
}

function isSame(known: ThingGroup, wanted: ThingGroup): boolean {
  return (
    known.parentGroupName === wanted.parentGroupName &&
    known.description === wanted.description &&
    hasSameAttributes(known.attributes, wanted.attributes)
  );
}
