import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { optionalArn, optionalName, readNameOrArn, thingByNameOrArn } from "./name-or-arn.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { thingName, tokenPage, tokenPageFrom } from "./shapes.ts";

const membership = z.object({
  billingGroupName: optionalName,
  billingGroupArn: optionalArn,
  ...thingByNameOrArn,
});

/** Operations that put things in billing groups. */
export function createBillingGroupMemberRoutes({
  tables,
  existing,
  arns,
}: OperationContext): readonly Route[] {
  const { things } = tables;

  const readMembership = (input: z.output<typeof membership>) => {
    const { billingGroupName, billingGroupArn } = input;
    const name = readNameOrArn(arns, "billinggroup", billingGroupName, billingGroupArn);
    const thing = existing.thing(readNameOrArn(arns, "thing", input.thingName, input.thingArn));
    return { group: existing.billingGroup(name).billingGroupName, thing };
  };

  return [
    createRoute({
      operation: "AddThingToBillingGroup",
      method: "PUT",
      path: "/billing-groups/addThingToBillingGroup",
      input: membership,
      note: "A thing that is in another billing group must be taken out of it first.",
      handle: (input) => {
        const { group, thing } = readMembership(input);
        const current = thing.billingGroupName;
        if (current !== undefined && current !== group) {
          throw new AwsError(
            "InvalidRequestException",
            `Thing ${thing.thingName} is in billing group ${current} already`,
          );
        }
        things.update({ ...thing, billingGroupName: group });
        return {};
      },
    }),
    createRoute({
      operation: "RemoveThingFromBillingGroup",
      method: "PUT",
      path: "/billing-groups/removeThingFromBillingGroup",
      input: membership,
      handle: (input) => {
        const { group, thing } = readMembership(input);
        const { billingGroupName: current, ...rest } = thing;
        if (current === group) things.update(rest);
        return {};
      },
    }),
    createRoute({
      operation: "ListThingsInBillingGroup",
      method: "GET",
      path: "/billing-groups/{billingGroupName}/things",
      from: tokenPageFrom,
      input: z.object({ billingGroupName: thingName, ...tokenPage }),
      handle: ({ billingGroupName, maxResults, nextToken }) => {
        existing.billingGroup(billingGroupName);
        const names = things.namesOfBillingGroup(billingGroupName);
        const page = pageOf(names, { after: nextToken, limit: maxResults }, (name) => name);
        return { things: page.rows, nextToken: page.next };
      },
    }),
  ];
}
