import type { Resource } from "./package-stage.ts";

export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/** Each action that a role allows, with all it is allowed on. */
export function readRights(
  role: Resource | undefined,
): Readonly<Record<string, readonly string[]>> {
  const policies = role?.Properties["Policies"] as readonly { readonly PolicyDocument: unknown }[];
  const rights: Record<string, string[]> = {};
  for (const statement of policies.flatMap((policy) => statements(policy.PolicyDocument))) {
    if (statement.Effect !== "Allow") throw new Error(`not read: ${JSON.stringify(statement)}`);
    for (const action of [statement.Action].flat()) {
      rights[action] = [...(rights[action] ?? []), ...toResources(statement)].sort();
    }
  }
  return rights;
}

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
