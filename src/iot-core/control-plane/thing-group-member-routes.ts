import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, encodeCursor, flag, thingName, tokenPage, tokenPageFrom } from "./shapes.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maximumGroupsOfThing = 10;

const membership = z.object({
  thingGroupName: thingName.optional(),
  thingGroupArn: arn.optional(),
  thingName: thingName.optional(),
  thingArn: arn.optional(),
});

/** Operations that put things in groups. */
export function createThingGroupMemberRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns } = context;
  const { thingGroups } = tables;

  const readMembership = (input: z.output<typeof membership>) => {
    const group = nameOrArn(input.thingGroupName, input.thingGroupArn, (value) =>
      arns.parseName("thinggroup", value),
    );
    const thing = nameOrArn(input.thingName, input.thingArn, (value) =>
      arns.parseName("thing", value),
    );
    existing.thingGroup(group);
    existing.thing(thing);
    return { group, thing };
  };

  const withDescendants = (group: string): readonly string[] => [
    group,
    ...thingGroups.childrenOf(group).flatMap((child) => withDescendants(child.thingGroupName)),
  ];

  return [
    createRoute({
      operation: "AddThingToThingGroup",
      method: "PUT",
      path: "/thing-groups/addThingToThingGroup",
      input: z.object({ ...membership.shape, overrideDynamicGroups: z.boolean().optional() }),
      handle: (input) => {
        const { group, thing } = readMembership(input);
        const current = thingGroups.groupsOfThing(thing);
        if (current.includes(group)) return {};
        checkRoom(context, current, group);
        thingGroups.addMember(group, thing);
        return {};
      },
    }),
    createRoute({
      operation: "RemoveThingFromThingGroup",
      method: "PUT",
      path: "/thing-groups/removeThingFromThingGroup",
      input: membership,
      handle: (input) => {
        const { group, thing } = readMembership(input);
        thingGroups.removeMember(group, thing);
        return {};
      },
    }),
    createRoute({
      operation: "ListThingGroupsForThing",
      method: "GET",
      path: "/things/{thingName}/thing-groups",
      from: tokenPageFrom,
      input: z.object({ thingName, ...tokenPage }),
      handle: ({ thingName: name, maxResults, nextToken }) => {
        existing.thing(name);
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(thingGroups.groupsOfThing(name), request, (group) => group);
        return {
          thingGroups: page.rows.map((group) => ({
            groupName: group,
            groupArn: arns.of("thinggroup", group),
          })),
          nextToken: encodeCursor(page.next),
        };
      },
    }),
    createRoute({
      operation: "ListThingsInThingGroup",
      method: "GET",
      path: "/thing-groups/{thingGroupName}/things",
      from: { ...tokenPageFrom, recursive: "query" },
      input: z.object({ thingGroupName: thingName, ...tokenPage, recursive: flag.default(false) }),
      handle: ({ thingGroupName, maxResults, nextToken, recursive }) => {
        existing.thingGroup(thingGroupName);
        const groups = recursive ? withDescendants(thingGroupName) : [thingGroupName];
        const names = [
          ...new Set(groups.flatMap((group) => thingGroups.thingsOfGroup(group))),
        ].sort();
        const page = pageOf(names, { after: nextToken, limit: maxResults }, (name) => name);
        return { things: page.rows, nextToken: encodeCursor(page.next) };
      },
    }),
  ];
}

function nameOrArn(
  name: string | undefined,
  itsArn: string | undefined,
  parse: (itsArn: string) => string,
): string {
  const fromArn = itsArn === undefined ? undefined : parse(itsArn);
  const found = name ?? fromArn;
  if (found === undefined || (fromArn !== undefined && fromArn !== found)) {
    throw new AwsError(
      "InvalidRequestException",
      "The thing and the group must each be given by name or by ARN, and not by two that differ",
    );
  }
  return found;
}

/** A thing is in few groups, and never in two of one hierarchy. */
function checkRoom(
  { tables: { thingGroups } }: OperationContext,
  current: readonly string[],
  added: string,
): void {
  if (current.length >= maximumGroupsOfThing) {
    throw new AwsError(
      "InvalidRequestException",
      `A thing can be in at most ${maximumGroupsOfThing} groups`,
    );
  }
  const rootOf = (group: string) => thingGroups.withAncestors(group).at(-1)?.thingGroupName;
  const root = rootOf(added);
  const related = current.find((group) => rootOf(group) === root);
  if (related !== undefined) {
    throw new AwsError(
      "InvalidRequestException",
      `The thing is in group ${related} of the same hierarchy already`,
    );
  }
}
