import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import { optionalArn, optionalName, readNameOrArn, thingByNameOrArn } from "./name-or-arn.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { flag, thingName, tokenPage, tokenPageFrom } from "./shapes.ts";
import { checkRoom } from "./thing-group-hierarchy.ts";

const membership = z.object({
  thingGroupName: optionalName,
  thingGroupArn: optionalArn,
  ...thingByNameOrArn,
});

/** Operations that put things in groups. */
export function createThingGroupMemberRoutes({
  tables,
  existing,
  arns,
}: OperationContext): readonly Route[] {
  const { thingGroups } = tables;

  const readMembership = (input: z.output<typeof membership>) => {
    const group = readNameOrArn(arns, "thinggroup", input.thingGroupName, input.thingGroupArn);
    const thing = readNameOrArn(arns, "thing", input.thingName, input.thingArn);
    existing.thingGroup(group);
    existing.thing(thing);
    return { group, thing };
  };

  const join = (thing: string, group: string) => {
    const current = thingGroups.groupsOfThing(thing);
    if (current.includes(group)) return;
    checkRoom(thingGroups, current, group);
    thingGroups.addMember(group, thing);
  };

  return [
    createRoute({
      operation: "AddThingToThingGroup",
      method: "PUT",
      path: "/thing-groups/addThingToThingGroup",
      input: z.object({ ...membership.shape, overrideDynamicGroups: z.boolean().optional() }),
      handle: (input) => {
        const { group, thing } = readMembership(input);
        join(thing, group);
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
      operation: "UpdateThingGroupsForThing",
      method: "PUT",
      path: "/thing-groups/updateThingGroupsForThing",
      input: z.object({
        thingName,
        thingGroupsToAdd: z.array(thingName).default([]),
        thingGroupsToRemove: z.array(thingName).default([]),
        overrideDynamicGroups: z.boolean().optional(),
      }),
      note: "The thing leaves groups before it joins others, so that it may change within a hierarchy.",
      handle: ({ thingName: thing, thingGroupsToAdd, thingGroupsToRemove }) => {
        existing.thing(thing);
        for (const group of [...thingGroupsToAdd, ...thingGroupsToRemove]) {
          existing.thingGroup(group);
        }
        for (const group of thingGroupsToRemove) thingGroups.removeMember(group, thing);
        for (const group of thingGroupsToAdd) join(thing, group);
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
          nextToken: page.next,
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
        const groups = recursive ? thingGroups.withDescendants(thingGroupName) : [thingGroupName];
        const names = [
          ...new Set(groups.flatMap((group) => thingGroups.thingsOfGroup(group))),
        ].sort();
        const page = pageOf(names, { after: nextToken, limit: maxResults }, (name) => name);
        return { things: page.rows, nextToken: page.next };
      },
    }),
  ];
}
