import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { ThingType } from "../model.ts";
import { AwsError } from "./aws-error.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { description, thingName, unsupported } from "./shapes.ts";

const maximumSearchableAttributes = 3;

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
        thingTypeProperties: z
          .object({
            thingTypeDescription: description.optional(),
            searchableAttributes: z
              .array(z.string().max(128))
              .max(maximumSearchableAttributes)
              .default([]),
            mqtt5Configuration: unsupported("mqtt5Configuration"),
          })
          .prefault({}),
        tags: unsupported("Tagging"),
      }),
      handle: ({ thingTypeName, thingTypeProperties: properties }) => {
        const known = thingTypes.find(thingTypeName);
        if (known !== undefined && isSame(known, properties)) return toIdentity(known);
        if (known !== undefined) {
          const { thingTypeArn } = toIdentity(known);
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Thing type ${thingTypeName} already exists with different properties`,
            { resourceId: known.thingTypeId, resourceArn: thingTypeArn },
          );
        }
        const thingType: ThingType = {
          thingTypeName,
          thingTypeId: randomUUID(),
          ...(properties.thingTypeDescription !== undefined && {
            description: properties.thingTypeDescription,
          }),
          searchableAttributes: properties.searchableAttributes,
          creationDate: now(),
        };
        thingTypes.add(thingType);
        return toIdentity(thingType);
      },
    }),
    createRoute({
      operation: "DescribeThingType",
      method: "GET",
      path: "/thing-types/{thingTypeName}",
      input: z.object({ thingTypeName: thingName }),
      handle: ({ thingTypeName }) => {
        const thingType = existing.thingType(thingTypeName);
        return {
          ...toIdentity(thingType),
          thingTypeProperties: {
            thingTypeDescription: thingType.description,
            searchableAttributes: thingType.searchableAttributes,
          },
          thingTypeMetadata: {
            deprecated: false,
            creationDate: toEpochSeconds(thingType.creationDate),
          },
        };
      },
    }),
  ];
}

function isSame(
  known: ThingType,
  wanted: {
    readonly thingTypeDescription?: string | undefined;
    readonly searchableAttributes: readonly string[];
  },
): boolean {
  return (
    known.description === wanted.thingTypeDescription &&
    known.searchableAttributes.toSorted().join() === wanted.searchableAttributes.toSorted().join()
  );
}
