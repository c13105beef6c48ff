import type { Resource } from "./read-artifact.ts";

export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** One right that a call needs. */
export interface Need {
  readonly action: string;
  /** As the template writes it; any of the action's own when not given. */
  readonly resource?: string;
  /** Of the item that is written. */
  readonly pk?: string;
}

/** Each action that a role allows, with all it is allowed on; what it denies is not in it. */
export function readRights(
  role: Resource | undefined,
): Readonly<Record<string, readonly string[]>> {
  const rights: Record<string, string[]> = {};
  for (const statement of statementsOf(role)) {
    if (statement.Effect !== "Allow") continue;
    for (const action of [statement.Action].flat()) {
      rights[action] = [...(rights[action] ?? []), ...toResources(statement)].sort();
    }
  }
  return rights;
}

/** Whether some statement of the role allows the call, and none denies it. */
export function isAllowed(role: Resource | undefined, need: Need): boolean {
  const fitting = statementsOf(role).filter((statement) => fits(statement, need));
  return fitting.length > 0 && fitting.every(({ Effect }) => Effect === "Allow");
}

/**
 * What a role allows on tables and in AWS IoT, and none of the calls asked for: each action, each
 * table or index of it, each beginning of a key.
 */
export function listUnused(role: Resource | undefined, needs: readonly Need[]): readonly string[] {
  const rights = statementsOf(role)
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(toSingleRights);
  const isUsed = ({ action, resource, key }: SingleRight) =>
    needs.some(
      (need) =>
        need.action === action &&
        (need.resource === undefined || need.resource === resource) &&
        (key === undefined || need.pk?.startsWith(key.replace(/\*$/, ""))),
    );
  const unused = rights
    .filter((right) => !isUsed(right))
    .map(({ action, resource, key }) =>
      action.startsWith("iot:") ? action : [action, resource, key].filter(Boolean).join(" "),
    );
  return [...new Set(unused)].toSorted();
}

interface SingleRight {
  readonly action: string;
  readonly resource: string;
  readonly key: string | undefined;
}

function toSingleRights({ Action, Resource, Condition }: Statement): readonly SingleRight[] {
  const keys = toLeadingKeys(Condition) ?? [undefined];
  const actions = [Action].flat().filter((action) => /^(?:dynamodb|iot):/.test(action));
  return actions.flatMap((action) =>
    [Resource]
      .flat()
      .map(toText)
      .flatMap((resource) => keys.map((key) => ({ action, resource, key }))),
  );
}

function fits({ Action, Resource, Condition }: Statement, { action, resource, pk }: Need): boolean {
  const keys = toLeadingKeys(Condition);
  return (
    [Action].flat().includes(action) &&
    (resource === undefined || [Resource].flat().map(toText).includes(resource)) &&
    (keys === undefined || keys.some((key) => pk?.startsWith(key.replace(/\*$/, ""))))
  );
}

function statementsOf(role: Resource | undefined): readonly Statement[] {
  const policies = role?.Properties["Policies"] as readonly { readonly PolicyDocument: unknown }[];
  return policies.flatMap((policy) => statements(policy.PolicyDocument));
}

/** The one kind of condition there is: what allows asks it of all keys, what denies of any. */
function toLeadingKeys(condition: unknown): readonly string[] | undefined {
  if (condition === undefined) return undefined;
  const [like] = Object.values(condition as Readonly<Record<string, KeyCondition>>);
  return like?.["dynamodb:LeadingKeys"] ?? [];
}

type KeyCondition = Readonly<Record<string, readonly string[]>>;

export function statements(document: unknown): readonly Statement[] {
  return (document as { readonly Statement: readonly Statement[] }).Statement;
}

function toResources({ Resource, Condition }: Statement): readonly string[] {
  const condition = Condition === undefined ? "" : ` where ${toText(Condition)}`;
  return [Resource].flat().map((resource) => `${toText(resource)}${condition}`);
}

/** An ARN as the template writes it, `Resource.Arn` or with its variables; what else there is as JSON. */
function toText(value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::GetAtt": attribute, "Fn::Sub": text } = value as {
    readonly "Fn::GetAtt"?: readonly string[];
    readonly "Fn::Sub"?: string;
  };
  return attribute?.join(".") ?? text ?? JSON.stringify(value);
}
