import { readFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { parse } from "yaml";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The tags of CloudFormation are left out: `!Sub ${Bucket.Arn}/x` reads as `${Bucket.Arn}/x`. */
const read = (file: string) => parse(readFileSync(file, "utf8"), { logLevel: "silent" });

/** serverless.yml's own templates, and those that it names by their file. */
const templates: readonly { readonly Resources?: object }[] = [read("serverless.yml").resources]
  .flat()
  .map((each) => (typeof each === "string" ? read(each.slice("${file(".length, -2)) : each));

const Resources = Object.assign({}, ...templates.map((each) => each.Resources));

export const deployedRoles: readonly string[] = Object.keys(Resources).filter((name) =>
  name.endsWith("Role"),
);

export function statementsOf(role: string): readonly Statement[] {
  return Resources[role].Properties.Policies[0].PolicyDocument.Statement;
}

export interface Access {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** As in serverless.yml, without ARNs' heads; undefined where any will do. */
  readonly resource?: string;
  /** The partition key, of DynamoDB. */
  readonly leadingKey?: string;
}

/** Whether a role of serverless.yml may do something: one statement allows it, and none denies it. */
export function mayDo(role: string, access: Access): boolean {
  const fitting = statementsOf(role).filter((each) => isAbout(each, access));
  return fitting.length > 0 && fitting.every(({ Effect }) => Effect === "Allow");
}

function isAbout({ Action, Resource, Condition }: Statement, access: Access): boolean {
  const { action, resource, leadingKey = "" } = access;
  const conditions = Object.values(Condition ?? {}).flatMap((each) => Object.values(each));
  return (
    [Action].flat().includes(action) &&
    (resource === undefined || [Resource].flat().some((each) => isLike(resource, each))) &&
    conditions.every((keys) => keys.some((key) => isLike(leadingKey, key)))
  );
}

/** Patterns of IAM know `*` alone, also across slashes. */
function isLike(name: string, pattern: string): boolean {
  const [one, other] = [name, pattern].map((each) => each.replaceAll(/[/{}]/g, "_"));
  return matchesGlob(one ?? "", other ?? "");
}
