import * as z from "zod";
import { type PatternToken, toPattern } from "./match-wildcard.ts";
import { parseTemplate, type Template } from "./policy-variables.ts";

const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

const conditionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String);
/** An empty list is AWS's way to say "no connect attributes at all". */
const conditionValues = z.union([
  conditionValue.transform((one) => [one]),
  z.array(conditionValue),
]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(z.string()),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});

const policy = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]),
  Id: z.string().optional(),
  Statement: oneOrMore(statement),
});

/** A policy document, ready to be evaluated many times. */
export interface Policy {
  readonly version: "2012-10-17" | "2008-10-17";
  readonly statements: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  /** In lower case: names of actions have no case in IAM. */
  readonly actions: readonly (readonly PatternToken[])[];
  readonly resources: readonly Template[];
  readonly conditions: readonly PolicyCondition[];
}

export interface PolicyCondition {
  /** As `ForAnyValue:StringEquals`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Template[];
}

export type ParsePolicy = (document: string) => Policy | undefined;

/** Reads a policy document; undefined when any part of it is not understood. */
export function parsePolicy(document: string): Policy | undefined {
  try {
    const read = policy.safeParse(JSON.parse(document, refusePrototype)).data;
    return read && { version: read.Version, statements: read.Statement.map(toStatement) };
  } catch {
    return undefined;
  }
}

const maximumDocuments = 1000;

/** Builds a parser that remembers the documents it read. */
export function createRememberingParse(): ParsePolicy {
  const parsed = new Map<string, Policy | undefined>();
  return (document) => {
    if (parsed.has(document)) return parsed.get(document);
    if (parsed.size >= maximumDocuments) parsed.clear();
    const read = parsePolicy(document);
    parsed.set(document, read);
    return read;
  };
}

function toStatement({
  Effect,
  Action,
  Resource,
  Condition,
}: z.infer<typeof statement>): PolicyStatement {
  return {
    effect: Effect,
    actions: Action.map((action) => toPattern(action.toLowerCase())),
    resources: Resource.map(parseTemplate),
    conditions: Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({
        operator,
        key,
        values: values.map(parseTemplate),
      })),
    ),
  };
}

/** The schema library drops such a member, and a condition that is gone would be one that holds. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("__proto__ is no member of a policy");
  return value;
}
