import { allOf, anyOf, type Match, not } from "./match.ts";
import type { PolicyStatement } from "./parse-policy.ts";
import { matchesTemplate, type VariableLookup } from "./policy-variables.ts";

interface Operator {
  readonly wildcards: boolean;
  readonly ignoreCase: boolean;
  readonly isNegated: boolean;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators = new Map<string, Operator>([
  ["StringEquals", { wildcards: false, ignoreCase: false, isNegated: false }],
  ["StringNotEquals", { wildcards: false, ignoreCase: false, isNegated: true }],
  ["StringEqualsIgnoreCase", { wildcards: false, ignoreCase: true, isNegated: false }],
  ["StringNotEqualsIgnoreCase", { wildcards: false, ignoreCase: true, isNegated: true }],
  ["StringLike", { wildcards: true, ignoreCase: false, isNegated: false }],
  ["StringNotLike", { wildcards: true, ignoreCase: false, isNegated: true }],
  ["Bool", { wildcards: false, ignoreCase: true, isNegated: false }],
]);

/** Tells whether every condition of a statement holds. */
export function matchCondition(
  condition: PolicyStatement["Condition"],
  variables: VariableLookup,
): Match {
  return allOf(
    Object.entries(condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => matchKey({ operator, key, values }, variables)),
    ),
  );
}

interface KeyCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function matchKey({ operator, key, values }: KeyCondition, variables: VariableLookup): Match {
  // Every key here has one value at most, which is why both quantifiers mean the bare operator.
  const [, quantifier, bareName = ""] =
    /^(?:(ForAnyValue|ForAllValues):)?(.*)$/.exec(operator) ?? [];
  const rule = operators.get(bareName);
  const name = key.toLowerCase();
  if (rule === undefined || !variables.has(name)) return "unknown";
  const actual = variables.get(name);
  if (actual === undefined) {
    // IAM lets a missing key satisfy these two. Granting for want of a value would be unsafe here.
    const holdsForMissingKey = quantifier === "ForAllValues" || (rule.isNegated && !quantifier);
    return holdsForMissingKey ? "unknown" : "no";
  }
  // "Is not the missing value" would be true of everything.
  const options = { ...rule, whenAbsent: rule.isNegated ? "unknown" : "no" } as const;
  const found = anyOf(values.map((value) => matchesTemplate(value, actual, variables, options)));
  return rule.isNegated ? not(found) : found;
}
