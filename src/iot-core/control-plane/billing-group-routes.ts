import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { BillingGroup } from "../model.ts";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { checkVersion } from "./check-version.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import {
  description,
  prefixedTokenPage,
  prefixedTokenPageFrom,
  thingName,
  unsupported,
  version,
  versionInQuery,
} from "./shapes.ts";

/** A billing group's name has the shape of a thing's. */
const billingGroupName = thingName;
const properties = z.object({ billingGroupDescription: description.optional() });

/** Operations on billing groups themselves. */
export function createBillingGroupRoutes({
  tables,
  existing,
  arns,
  now,
}: OperationContext): readonly Route[] {
  const { billingGroups } = tables;

  const toIdentity = (group: BillingGroup) => ({
    billingGroupName: group.billingGroupName,
    billingGroupArn: arns.of("billinggroup", group.billingGroupName),
    billingGroupId: group.billingGroupId,
  });

  return [
    createRoute({
      operation: "CreateBillingGroup",
      method: "POST",
      path: "/billing-groups/{billingGroupName}",
      input: z.object({
        billingGroupName,
        billingGroupProperties: properties.default({}),
        tags: unsupported("Tagging"),
      }),
      handle: ({ billingGroupName: name, billingGroupProperties }) => {
        const { billingGroupDescription } = billingGroupProperties;
        const known = billingGroups.find(name);
        if (known !== undefined) {
          if (known.description === billingGroupDescription) return toIdentity(known);
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Billing group ${name} already exists with different properties`,
            { resourceId: known.billingGroupId, resourceArn: toIdentity(known).billingGroupArn },
          );
        }
        const group: BillingGroup = {
          billingGroupName: name,
          billingGroupId: randomUUID(),
          ...(billingGroupDescription !== undefined && { description: billingGroupDescription }),
          version: 1,
          creationDate: now(),
        };
        billingGroups.add(group);
        return toIdentity(group);
      },
    }),
    createRoute({
      operation: "DescribeBillingGroup",
      method: "GET",
      path: "/billing-groups/{billingGroupName}",
      input: z.object({ billingGroupName }),
      handle: (input) => {
        const group = existing.billingGroup(input.billingGroupName);
        return {
          ...toIdentity(group),
          version: group.version,
          billingGroupProperties: { billingGroupDescription: group.description },
          billingGroupMetadata: { creationDate: toEpochSeconds(group.creationDate) },
        };
      },
    }),
    createRoute({
      operation: "ListBillingGroups",
      method: "GET",
      path: "/billing-groups",
      from: prefixedTokenPageFrom,
      input: z.object(prefixedTokenPage),
      handle: ({ maxResults, nextToken, namePrefixFilter = "" }) => {
        const matching = Iterator.from(billingGroups.after(nextToken ?? "")).filter((group) =>
          group.billingGroupName.startsWith(namePrefixFilter),
        );
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(matching, request, (group) => group.billingGroupName);
        return {
          billingGroups: page.rows.map((group) => ({
            groupName: group.billingGroupName,
            groupArn: toIdentity(group).billingGroupArn,
          })),
          nextToken: page.next,
        };
      },
    }),
    createRoute({
      operation: "UpdateBillingGroup",
      method: "PATCH",
      path: "/billing-groups/{billingGroupName}",
      input: z.object({
        billingGroupName,
        billingGroupProperties: properties,
        expectedVersion: version.optional(),
      }),
      handle: (input) => {
        const group = existing.billingGroup(input.billingGroupName);
        checkVersion(`Billing group ${group.billingGroupName}`, group, input.expectedVersion);
        const { billingGroupDescription } = input.billingGroupProperties;
        const next = group.version + 1;
        billingGroups.update({
          ...group,
          ...(billingGroupDescription !== undefined && { description: billingGroupDescription }),
          version: next,
        });
        return { version: next };
      },
    }),
    createRoute({
      operation: "DeleteBillingGroup",
      method: "DELETE",
      path: "/billing-groups/{billingGroupName}",
      from: { expectedVersion: "query" },
      input: z.object({ billingGroupName, expectedVersion: versionInQuery.optional() }),
      note: "A group that does not exist is deleted with success; things leave a group that is deleted.",
      handle: (input) => {
        const group = billingGroups.find(input.billingGroupName);
        if (group === undefined) return {};
        checkVersion(`Billing group ${group.billingGroupName}`, group, input.expectedVersion);
        billingGroups.remove(group.billingGroupName);
        return {};
      },
    }),
  ];
}
