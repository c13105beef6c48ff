import * as z from "zod";
import { AwsError } from "./aws-error.ts";

/** Counted without white space. */
const maximumCharacters = 2048;

const oneOrMore = (item: z.ZodString) => z.union([item, z.array(item).min(1)]);

const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: oneOrMore(z.string().regex(/^(\*|[a-z0-9-]+:[a-zA-Z*?]+)$/)),
  Resource: oneOrMore(z.string().regex(/^(\*|arn:.+)$/)),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

const policyDocument = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]),
  Id: z.string().optional(),
  Statement: z.union([statement, z.array(statement).min(1)]),
});

/**
 * Checks the form of a policy document, not what it grants.
 *
 * @throws MalformedPolicyException
 */
export function checkPolicyDocument(text: string): void {
  const length = text.replaceAll(/\s/g, "").length;
  if (length > maximumCharacters) {
    throw malformed(
      `it has ${length} characters without white space, ${maximumCharacters} are allowed`,
    );
  }
  const parsed = policyDocument.safeParse(parseJson(text));
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  throw malformed(`${issue?.path.join(".") || "document"}: ${issue?.message ?? "unreadable"}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed("it is not JSON");
  }
}

function malformed(why: string): AwsError {
  return new AwsError("MalformedPolicyException", `The policy document is malformed: ${why}`);
}
