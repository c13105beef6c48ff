import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Thing } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { checkVersion } from "./check-version.ts";
import { filterThings } from "./filter-things.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import {
  attributeName,
  attributePayload,
  attributeValue,
  flag,
  thingName,
  tokenPage,
  tokenPageFrom,
  version,
  versionInQuery,
} from "./shapes.ts";
import { checkAttributeLimits, hasSameAttributes, mergeAttributes } from "./thing-attributes.ts";
import { checkAssignable } from "./thing-type-rules.ts";

/** Operations on things. */
export function createThingRoutes({ tables, existing, arns }: OperationContext): readonly Route[] {
  const { things, thingPrincipals } = tables;

  const toIdentity = (thing: Thing) => ({
    thingName: thing.thingName,
    thingArn: arns.of("thing", thing.thingName),
    thingId: thing.thingId,
  });

  const findOrAdd = (wanted: Thing): Thing => {
    const { thingName: name } = wanted;
    const known = things.find(name);
    if (known === undefined) {
      things.add(wanted);
      return wanted;
    }
    if (isSame(known, wanted)) return known;
    throw new AwsError(
      "ResourceAlreadyExistsException",
      `Thing ${name} already exists in account with different properties`,
      { resourceId: known.thingId, resourceArn: arns.of("thing", name) },
    );
  };

  return [
    createRoute({
      operation: "CreateThing",
      method: "POST",
      path: "/things/{thingName}",
      input: z.object({
        thingName,
        thingTypeName: thingName.optional(),
        attributePayload: attributePayload.optional(),
        billingGroupName: thingName.optional(),
      }),
      handle: (input) => {
        const { thingTypeName, billingGroupName } = input;
        if (thingTypeName !== undefined) checkAssignable(existing.thingType(thingTypeName));
        if (billingGroupName !== undefined) existing.billingGroup(billingGroupName);
        const attributes = mergeAttributes({}, input.attributePayload?.attributes, false);
        checkAttributeLimits(attributes, thingTypeName !== undefined);
        const thing = findOrAdd({
          thingName: input.thingName,
          thingId: randomUUID(),
          ...(thingTypeName !== undefined && { thingTypeName }),
          ...(billingGroupName !== undefined && { billingGroupName }),
          attributes,
          version: 1,
        });
        return toIdentity(thing);
      },
    }),
    createRoute({
      operation: "DescribeThing",
      method: "GET",
      path: "/things/{thingName}",
      input: z.object({ thingName }),
      handle: (input) => {
        const thing = existing.thing(input.thingName);
        return {
          ...toIdentity(thing),
          defaultClientId: thing.thingName,
          thingTypeName: thing.thingTypeName,
          attributes: thing.attributes,
          version: thing.version,
          billingGroupName: thing.billingGroupName,
        };
      },
    }),
    createRoute({
      operation: "UpdateThing",
      method: "PATCH",
      path: "/things/{thingName}",
      input: z.object({
        thingName,
        thingTypeName: thingName.optional(),
        attributePayload: attributePayload.optional(),
        expectedVersion: version.optional(),
        removeThingType: z.boolean().default(false),
      }),
      handle: (input) => {
        const thing = existing.thing(input.thingName);
        checkVersion(`Thing ${thing.thingName}`, thing, input.expectedVersion);
        if (input.thingTypeName !== undefined) {
          const thingType = existing.thingType(input.thingTypeName);
          if (input.thingTypeName !== thing.thingTypeName) checkAssignable(thingType);
        }
        if (input.removeThingType && input.thingTypeName !== undefined) {
          throw new AwsError(
            "InvalidRequestException",
            "thingTypeName and removeThingType exclude each other",
          );
        }
        const typeName = input.removeThingType
          ? undefined
          : (input.thingTypeName ?? thing.thingTypeName);
        const change = input.attributePayload;
        const { thingTypeName: _, ...rest } = thing;
        const attributes = mergeAttributes(
          thing.attributes,
          change?.attributes,
          change?.merge ?? false,
        );
        checkAttributeLimits(attributes, typeName !== undefined);
        things.update({
          ...rest,
          ...(typeName !== undefined && { thingTypeName: typeName }),
          attributes,
          version: thing.version + 1,
        });
        return {};
      },
    }),
    createRoute({
      operation: "DeleteThing",
      method: "DELETE",
      path: "/things/{thingName}",
      from: { expectedVersion: "query" },
      input: z.object({ thingName, expectedVersion: versionInQuery.optional() }),
      handle: (input) => {
        const thing = things.find(input.thingName);
        if (thing === undefined) return {};
        checkVersion(`Thing ${thing.thingName}`, thing, input.expectedVersion);
        if (thingPrincipals.ofThing(thing.thingName).length > 0) {
          throw new AwsError(
            "InvalidRequestException",
            `Cannot delete. Thing ${thing.thingName} is still attached to one or more principals`,
          );
        }
        things.remove(thing.thingName);
        return {};
      },
    }),
    createRoute({
      operation: "ListThings",
      method: "GET",
      path: "/things",
      from: {
        ...tokenPageFrom,
        attributeName: "query",
        attributeValue: "query",
        thingTypeName: "query",
        usePrefixAttributeValue: "query",
      },
      input: z.object({
        ...tokenPage,
        attributeName: attributeName.optional(),
        attributeValue: attributeValue.optional(),
        thingTypeName: thingName.optional(),
        usePrefixAttributeValue: flag.default(false),
      }),
      handle: ({ maxResults, nextToken, ...filter }) => {
        const matching = filterThings(things.after(nextToken ?? ""), filter);
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(matching, request, (thing) => thing.thingName);
        return {
          things: page.rows.map((thing) => ({
            thingName: thing.thingName,
            thingTypeName: thing.thingTypeName,
            thingArn: arns.of("thing", thing.thingName),
            attributes: thing.attributes,
            version: thing.version,
          })),
          nextToken: page.next,
        };
      },
    }),
  ];
}

function isSame(known: Thing, wanted: Thing): boolean {
  return (
    known.thingTypeName === wanted.thingTypeName &&
    known.billingGroupName === wanted.billingGroupName &&
    hasSameAttributes(known.attributes, wanted.attributes)
  );
}
