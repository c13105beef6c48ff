import * as z from "zod";

const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

const conditionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore(z.string()),
  Resource: oneOrMore(z.string()),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore(conditionValue))).default({}),
});

const policy = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]),
  Id: z.string().optional(),
  Statement: oneOrMore(statement),
});

export type Policy = z.infer<typeof policy>;
export type PolicyStatement = z.infer<typeof statement>;

/** Reads a policy document; undefined when any part of it is not understood. */
export function parsePolicy(document: string): Policy | undefined {
  try {
    return policy.safeParse(JSON.parse(document, refusePrototype)).data;
  } catch {
    return undefined;
  }
}

/** The schema library drops such a member, and a condition that is gone would be one that holds. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("__proto__ is no member of a policy");
  return value;
}
