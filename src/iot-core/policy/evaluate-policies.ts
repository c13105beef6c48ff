import { allOf, anyOf, type Match } from "./match.ts";
import { matchCondition } from "./match-condition.ts";
import { matchesWildcard } from "./match-wildcard.ts";
import { type ParsePolicy, type PolicyStatement, parsePolicy } from "./parse-policy.ts";
import { matchesTemplate, type VariableLookup } from "./policy-variables.ts";

export type PolicyAction =
  | "iot:Connect"
  | "iot:Publish"
  | "iot:Receive"
  | "iot:RetainPublish"
  | "iot:Subscribe";
export type PolicyDecision = "allowed" | "implicit-deny" | "explicit-deny";

export interface PolicyRequest {
  readonly action: PolicyAction;
  /** ARN. */
  readonly resource: string;
  readonly variables: VariableLookup;
}

const noVariables: VariableLookup = new Map();
const resourceMatch = { wildcards: true, whenAbsent: "no" } as const;

/**
 * Decides a request under the policies of a connection, as IAM does: an explicit deny wins, and
 * what nobody allows is denied.
 *
 * Fails closed. A document that cannot be read keeps the whole request from being allowed. An
 * operator or variable that is not supported never allows, and denies what its statement denies.
 * Variables are replaced in documents of version 2012-10-17 only; in older ones they are
 * unsupported.
 *
 * @param parse reads the documents; one that remembers them saves most of the time.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function evaluatePolicies(
  documents: readonly string[],
  request: PolicyRequest,
  parse: ParsePolicy = parsePolicy,
): PolicyDecision {
  let isAllowed = false;
  let isDenied = false;
  let isReadable = true;
  for (const document of documents) {
    const policy = parse(document);
    if (policy === undefined) isReadable = false;
    const variables = policy?.version === "2012-10-17" ? request.variables : noVariables;
    for (const statement of policy?.statements ?? []) {
      const match = matchStatement(statement, request, variables);
      if (statement.effect === "Allow") isAllowed ||= match === "yes";
      else isDenied ||= match !== "no";
    }
  }
  if (isDenied) return "explicit-deny";
  return isAllowed && isReadable ? "allowed" : "implicit-deny";
}

/** Tells whether a statement is about a request, whatever its effect. */
export function matchStatement(
  { actions, resources, conditions }: PolicyStatement,
  { action, resource }: PolicyRequest,
  variables: VariableLookup,
): Match {
  const wanted = action.toLowerCase();
  if (!actions.some((pattern) => matchesWildcard(pattern, wanted))) return "no";
  const covers = anyOf(
    resources.map((template) => matchesTemplate(template, resource, variables, resourceMatch)),
  );
  return covers === "no" ? "no" : allOf([covers, matchCondition(conditions, variables)]);
}
