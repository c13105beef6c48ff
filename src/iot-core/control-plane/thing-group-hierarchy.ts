import type { ThingGroupTable } from "../registry/thing-group-table.ts";
import { AwsError } from "./aws-error.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#thing-group-limits */
const maximumDepth = 7;
const maximumChildren = 100;
const maximumGroupsOfThing = 10;

/**
 * Checks that a group may have one more below it. The service model has no
 * ResourceNotFoundException for CreateThingGroup.
 */
export function checkParent(thingGroups: ThingGroupTable, parentName: string): void {
  const ancestors = thingGroups.withAncestors(parentName);
  if (ancestors.length === 0) throw refused(`Parent group ${parentName} does not exist`);
  if (ancestors.length >= maximumDepth) throw refused(`Groups nest at most ${maximumDepth} deep`);
  if (thingGroups.childrenOf(parentName).length >= maximumChildren) {
    throw refused(`Group ${parentName} has ${maximumChildren} children already`);
  }
}

/** Checks that a thing may join a group: it is in few, and never in two of one hierarchy. */
export function checkRoom(
  thingGroups: ThingGroupTable,
  current: readonly string[],
  added: string,
): void {
  if (current.length >= maximumGroupsOfThing) {
    throw refused(`A thing can be in at most ${maximumGroupsOfThing} groups`);
  }
  const rootOf = (group: string) => thingGroups.withAncestors(group).at(-1)?.thingGroupName;
  const root = rootOf(added);
  const related = current.find((group) => rootOf(group) === root);
  if (related !== undefined) {
    throw refused(`The thing is in group ${related} of the same hierarchy already`);
  }
}

interface ListRequest {
  readonly parentGroup?: string | undefined;
  /** Whether those further down are listed too; without a parent they are unless it is false. */
  readonly recursive?: boolean | undefined;
  /** Name of the last group of the page before. */
  readonly nextToken?: string | undefined;
}

/** Lists the names of the groups below one, or of all groups, in the order of the names. */
export function listBelow(
  thingGroups: ThingGroupTable,
  { parentGroup, recursive, nextToken }: ListRequest,
): Iterable<string> {
  if (parentGroup === undefined) {
    return recursive === false ? thingGroups.rootNames() : thingGroups.namesAfter(nextToken ?? "");
  }
  if (recursive === true) return thingGroups.withDescendants(parentGroup).slice(1).sort();
  return thingGroups.childrenOf(parentGroup).map((group) => group.thingGroupName);
}

function refused(message: string): AwsError {
  return new AwsError("InvalidRequestException", message);
}
