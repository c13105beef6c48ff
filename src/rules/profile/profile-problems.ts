import type * as z from "zod/mini";
import { MusterError } from "../errors.ts";

/** What is wrong with one field. `path` is dotted, empty for the whole document. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** @returns MusterError PROFILE_INVALID with every problem, one to a line. */
export function invalidProfile(problems: readonly FieldProblem[]): MusterError {
  const lines = problems.map(({ path, message }) => `  ${path || "(document)"}: ${message}`);
  return new MusterError("PROFILE_INVALID", `The profile is not valid:\n${lines.join("\n")}`, {
    details: { problems },
  });
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  array: "a list",
  boolean: "true or false",
  object: "a set of fields (field: value)",
  record: "a set of fields (field: value)",
};

/** Says what the schema library found in words for the writer of a profile. */
export function explainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return explainType(kinds[issue.expected] ?? issue.expected, issue.input);
    case "unrecognized_keys":
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    case "invalid_value":
      return `use ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "invalid_union":
      return 'use "certificate", or { group: <name>, greengrass: false }';
    case "invalid_key":
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}

function explainType(kind: string, input: unknown): string {
  if (input === undefined) return `missing; it has to be ${kind}`;
  const quotable = kind === "text" && (typeof input === "number" || typeof input === "boolean");
  return `it has to be ${kind}${quotable ? "; put it in quotes" : ""}`;
}
