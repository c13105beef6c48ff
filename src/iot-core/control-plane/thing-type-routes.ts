import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { ThingType } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import {
  attributeName,
  description,
  thingName,
  tokenPage,
  tokenPageFrom,
  unsupported,
} from "./shapes.ts";
import { checkDeletable } from "./thing-type-rules.ts";

const maximumSearchableAttributes = 3;

const properties = z
  .object({
    thingTypeDescription: description.optional(),
    searchableAttributes: z.array(attributeName).max(maximumSearchableAttributes).optional(),
    mqtt5Configuration: unsupported("mqtt5Configuration"),
  })
  .prefault({});

/** Operations on thing types. */
export function createThingTypeRoutes({
  tables,
  existing,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { thingTypes } = tables;

  const toIdentity = (thingType: ThingType) => ({
    thingTypeName: thingType.thingTypeName,
    thingTypeArn: arns.of("thingtype", thingType.thingTypeName),
    thingTypeId: thingType.thingTypeId,
  });

  return [
    createRoute({
      operation: "CreateThingType",
      method: "POST",
      path: "/thing-types/{thingTypeName}",
      input: z.object({
        thingTypeName: thingName,
        thingTypeProperties: properties,
        tags: unsupported("Tagging"),
      }),
      note: "No `mqtt5Configuration`, no tags.",
      handle: ({ thingTypeName, thingTypeProperties }) => {
        const { thingTypeDescription, searchableAttributes = [] } = thingTypeProperties;
        const wanted: ThingType = {
          thingTypeName,
          thingTypeId: randomUUID(),
          ...(thingTypeDescription !== undefined && { description: thingTypeDescription }),
          searchableAttributes,
          creationDate: now(),
        };
        const known = thingTypes.find(thingTypeName);
        if (known !== undefined && isSame(known, wanted)) return toIdentity(known);
        if (known !== undefined) {
          const { thingTypeArn } = toIdentity(known);
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Thing type ${thingTypeName} already exists with different properties`,
            { resourceId: known.thingTypeId, resourceArn: thingTypeArn },
          );
        }
        thingTypes.add(wanted);
        return toIdentity(wanted);
      },
    }),
    createRoute({
      operation: "DescribeThingType",
      method: "GET",
      path: "/thing-types/{thingTypeName}",
      input: z.object({ thingTypeName: thingName }),
      handle: ({ thingTypeName }) => {
        const thingType = existing.thingType(thingTypeName);
        return { ...toIdentity(thingType), ...toDescription(thingType) };
      },
    }),
    createRoute({
      operation: "ListThingTypes",
      method: "GET",
      path: "/thing-types",
      from: { ...tokenPageFrom, thingTypeName: "query" },
      input: z.object({ ...tokenPage, thingTypeName: thingName.optional() }),
      handle: ({ maxResults, nextToken, thingTypeName }) => {
        const matching = Iterator.from(thingTypes.after(nextToken ?? "")).filter(
          (each) => (thingTypeName ?? each.thingTypeName) === each.thingTypeName,
        );
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(matching, request, (each) => each.thingTypeName);
        return {
          thingTypes: page.rows.map((thingType) => {
            const { thingTypeId: _, ...identity } = toIdentity(thingType);
            return { ...identity, ...toDescription(thingType) };
          }),
          nextToken: page.next,
        };
      },
    }),
    createRoute({
      operation: "UpdateThingType",
      method: "PATCH",
      path: "/thing-types/{thingTypeName}",
      input: z.object({ thingTypeName: thingName, thingTypeProperties: properties }),
      note: "What is not given stays; no `mqtt5Configuration`.",
      handle: ({ thingTypeName, thingTypeProperties }) => {
        const thingType = existing.thingType(thingTypeName);
        const { thingTypeDescription, searchableAttributes } = thingTypeProperties;
        thingTypes.update({
          ...thingType,
          ...(thingTypeDescription !== undefined && { description: thingTypeDescription }),
          ...(searchableAttributes !== undefined && { searchableAttributes }),
        });
        return {};
      },
    }),
    createRoute({
      operation: "DeprecateThingType",
      method: "POST",
      path: "/thing-types/{thingTypeName}/deprecate",
      input: z.object({ thingTypeName: thingName, undoDeprecate: z.boolean().default(false) }),
      handle: ({ thingTypeName, undoDeprecate }) => {
        const { deprecationDate, ...thingType } = existing.thingType(thingTypeName);
        thingTypes.update(
          undoDeprecate ? thingType : { ...thingType, deprecationDate: deprecationDate ?? now() },
        );
        return {};
      },
    }),
    createRoute({
      operation: "DeleteThingType",
      method: "DELETE",
      path: "/thing-types/{thingTypeName}",
      input: z.object({ thingTypeName: thingName }),
      handle: ({ thingTypeName }) => {
        checkDeletable(existing.thingType(thingTypeName), thingTypes.isUsed(thingTypeName), now());
        thingTypes.remove(thingTypeName);
        return {};
      },
    }),
  ];
}

function toDescription({ deprecationDate, ...thingType }: ThingType) {
  return {
    thingTypeProperties: {
      thingTypeDescription: thingType.description,
      searchableAttributes: thingType.searchableAttributes,
    },
    thingTypeMetadata: {
      deprecated: deprecationDate !== undefined,
      ...(deprecationDate && { deprecationDate: toEpochSeconds(deprecationDate) }),
      creationDate: toEpochSeconds(thingType.creationDate),
    },
  };
}

function isSame(known: ThingType, wanted: ThingType): boolean {
  return (
    known.description === wanted.description &&
    // Not joined by commas, which their names may have.
    isDeepStrictEqual(known.searchableAttributes.toSorted(), wanted.searchableAttributes.toSorted())
  );
}
