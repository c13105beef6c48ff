import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { ThingGroup } from "../model.ts";
import { AwsError } from "./aws-error.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { attributePayload, description, thingName, unsupported } from "./shapes.ts";
import { checkAttributeLimits, hasSameAttributes, mergeAttributes } from "./thing-attributes.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maximumDepth = 7;
const maximumChildren = 100;

/** Operations on thing groups themselves. */
export function createThingGroupRoutes({
  tables,
  existing,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { thingGroups } = tables;

  const toIdentity = (group: ThingGroup) => ({
    thingGroupName: group.thingGroupName,
    thingGroupArn: arns.of("thinggroup", group.thingGroupName),
    thingGroupId: group.thingGroupId,
  });

  /** The service model has no ResourceNotFoundException for CreateThingGroup. */
  const checkParent = (parentName: string) => {
    const ancestors = thingGroups.withAncestors(parentName);
    const refuse = (message: string) => {
      throw new AwsError("InvalidRequestException", message);
    };
    if (ancestors.length === 0) refuse(`Parent group ${parentName} does not exist`);
    if (ancestors.length >= maximumDepth) refuse(`Groups nest at most ${maximumDepth} deep`);
    if (thingGroups.childrenOf(parentName).length >= maximumChildren) {
      refuse(`Group ${parentName} has ${maximumChildren} children already`);
    }
  };

  return [
    createRoute({
      operation: "CreateThingGroup",
      method: "POST",
      path: "/thing-groups/{thingGroupName}",
      input: z.object({
        thingGroupName: thingName,
        parentGroupName: thingName.optional(),
        thingGroupProperties: z
          .object({
            thingGroupDescription: description.optional(),
            attributePayload: attributePayload.optional(),
          })
          .default({}),
        tags: unsupported("Tagging"),
      }),
      handle: ({ thingGroupName, parentGroupName, thingGroupProperties: properties }) => {
        const attributes = mergeAttributes({}, properties.attributePayload?.attributes, false);
        checkAttributeLimits(attributes, true);
        const wanted: ThingGroup = {
          thingGroupName,
          thingGroupId: randomUUID(),
          ...(parentGroupName !== undefined && { parentGroupName }),
          ...(properties.thingGroupDescription !== undefined && {
            description: properties.thingGroupDescription,
          }),
          attributes,
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
        if (parentGroupName !== undefined) checkParent(parentGroupName);
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
          // There is no UpdateThingGroup to raise it.
          version: 1,
          thingGroupProperties: {
            thingGroupDescription: group.description,
            attributePayload: { attributes: group.attributes },
          },
          thingGroupMetadata: {
            parentGroupName: group.parentGroupName,
            rootToParentThingGroups: ancestors.reverse().map((ancestor) => ({
              groupName: ancestor.thingGroupName,
              groupArn: arns.of("thinggroup", ancestor.thingGroupName),
            })),
            creationDate: toEpochSeconds(group.creationDate),
          },
        };
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
