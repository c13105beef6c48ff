import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Attributes, Thing } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { filterThings } from "./filter-things.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import {
  attributePayload,
  encodeCursor,
  flag,
  thingName,
  tokenPage,
  tokenPageFrom,
} from "./shapes.ts";
import { checkAttributeLimits, hasSameAttributes, mergeAttributes } from "./thing-attributes.ts";

const version = z.number().int().positive();

/** Operations on things. */
export function createThingRoutes({ tables, existing, arns }: OperationContext): readonly Route[] {
  const { things, thingPrincipals } = tables;

  const toIdentity = (thing: Thing) => ({
    thingName: thing.thingName,
    thingArn: arns.of("thing", thing.thingName),
    thingId: thing.thingId,
  });

  const findOrAdd = (name: string, typeName: string | undefined, attributes: Attributes): Thing => {
    const known = things.find(name);
    if (known === undefined) {
      const thing: Thing = {
        thingName: name,
        thingId: randomUUID(),
        ...(typeName !== undefined && { thingTypeName: typeName }),
        attributes,
        version: 1,
      };
      things.add(thing);
      return thing;
    }
    if (known.thingTypeName === typeName && hasSameAttributes(known.attributes, attributes)) {
      return known;
    }
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
        if (input.thingTypeName !== undefined) existing.thingType(input.thingTypeName);
        if (input.billingGroupName !== undefined) {
          // CreateBillingGroup is not supported, so there is none.
          throw new AwsError(
            "ResourceNotFoundException",
            `Billing group ${input.billingGroupName} does not exist`,
          );
        }
        const attributes = mergeAttributes({}, input.attributePayload?.attributes, false);
        checkAttributeLimits(attributes, input.thingTypeName !== undefined);
        return toIdentity(findOrAdd(input.thingName, input.thingTypeName, attributes));
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
        checkVersion(thing, input.expectedVersion);
        if (input.thingTypeName !== undefined) existing.thingType(input.thingTypeName);
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
        const attributes = mergeAttributes(
          thing.attributes,
          change?.attributes,
          change?.merge ?? false,
        );
        checkAttributeLimits(attributes, typeName !== undefined);
        things.update({
          thingName: thing.thingName,
          thingId: thing.thingId,
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
      input: z.object({ thingName, expectedVersion: z.coerce.number().pipe(version).optional() }),
      handle: (input) => {
        const thing = things.find(input.thingName);
        if (thing === undefined) return {};
        checkVersion(thing, input.expectedVersion);
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
        attributeName: z.string().optional(),
        attributeValue: z.string().optional(),
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
          nextToken: encodeCursor(page.next),
        };
      },
    }),
  ];
}

function checkVersion(thing: Thing, expected: number | undefined): void {
  if (expected === undefined || expected === thing.version) return;
  throw new AwsError(
    "VersionConflictException",
    `Thing ${thing.thingName} has version ${thing.version}, not ${expected}`,
  );
}
