import { allOf, anyOf, type Match } from "./match.ts";
import { matchCondition } from "./match-condition.ts";
import { matchesWildcard, toPattern } from "./match-wildcard.ts";
import { type PolicyStatement, parsePolicy } from "./parse-policy.ts";
import {
  matchesTemplate,
  type PolicyVariables,
  toVariableLookup,
  type VariableLookup,
} from "./policy-variables.ts";

export type PolicyAction = "iot:Connect" | "iot:Publish" | "iot:Subscribe" | "iot:Receive";
export type PolicyDecision = "allowed" | "implicit-deny" | "explicit-deny";

export interface PolicyRequest {
  readonly action: PolicyAction;
  /** ARN. */
  readonly resource: string;
  readonly variables: PolicyVariables;
}

const noVariables: VariableLookup = new Map();

/**
 * Decides a request under the policies of a connection, as IAM does: an explicit deny wins, and
 * what nobody allows is denied.
 *
 * Fails closed. A document that cannot be read keeps the whole request from being allowed. An
 * operator or variable that is not supported never allows, and denies what its statement denies.
 * Variables are replaced in documents of version 2012-10-17 only; in older ones they are
 * unsupported.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function evaluatePolicies(
  documents: readonly string[],
  request: PolicyRequest,
): PolicyDecision {
  const given = toVariableLookup(request.variables);
  let isAllowed = false;
  let isDenied = false;
  let isReadable = true;
  for (const document of documents) {
    const policy = parsePolicy(document);
    if (policy === undefined) isReadable = false;
    const variables = policy?.Version === "2012-10-17" ? given : noVariables;
    for (const statement of policy?.Statement ?? []) {
      const match = matchStatement(statement, request, variables);
      if (statement.Effect === "Allow") isAllowed ||= match === "yes";
      else isDenied ||= match !== "no";
    }
  }
  if (isDenied) return "explicit-deny";
  return isAllowed && isReadable ? "allowed" : "implicit-deny";
}

function matchStatement(
  statement: PolicyStatement,
  { action, resource }: PolicyRequest,
  variables: VariableLookup,
): Match {
  if (!statement.Action.some((pattern) => coversAction(pattern, action))) return "no";
  const resources = statement.Resource.map((template) =>
    matchesTemplate(template, resource, variables, { wildcards: true, whenAbsent: "no" }),
  );
  return allOf([anyOf(resources), matchCondition(statement.Condition, variables)]);
}

/** Names of actions have no case in IAM. */
function coversAction(pattern: string, action: PolicyAction): boolean {
  return matchesWildcard(toPattern(pattern.toLowerCase()), action.toLowerCase());
}
