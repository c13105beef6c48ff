import { allOf, anyOf, type Match, not } from "./match.ts";
import type { PolicyCondition } from "./parse-policy.ts";
import {
  matchesTemplate,
  type Template,
  toVariableName,
  type VariableLookup,
} from "./policy-variables.ts";

interface Operator {
  readonly wildcards: boolean;
  readonly ignoreCase: boolean;
  readonly isNegated: boolean;
  readonly isArn?: true;
}

const arnEquals: Operator = { wildcards: true, ignoreCase: false, isNegated: false, isArn: true };
const arnNotEquals: Operator = { ...arnEquals, isNegated: true };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators = new Map<string, Operator>([
  ["StringEquals", { wildcards: false, ignoreCase: false, isNegated: false }],
  ["StringNotEquals", { wildcards: false, ignoreCase: false, isNegated: true }],
  ["StringEqualsIgnoreCase", { wildcards: false, ignoreCase: true, isNegated: false }],
  ["StringNotEqualsIgnoreCase", { wildcards: false, ignoreCase: true, isNegated: true }],
  ["StringLike", { wildcards: true, ignoreCase: false, isNegated: false }],
  ["StringNotLike", { wildcards: true, ignoreCase: false, isNegated: true }],
  ["Bool", { wildcards: false, ignoreCase: true, isNegated: false }],
  ["ArnEquals", arnEquals],
  ["ArnLike", arnEquals],
  ["ArnNotEquals", arnNotEquals],
  ["ArnNotLike", arnNotEquals],
]);

/** Tells whether every condition of a statement holds. */
export function matchCondition(
  conditions: readonly PolicyCondition[],
  variables: VariableLookup,
): Match {
  return allOf(conditions.map((condition) => matchKey(condition, variables)));
}

function matchKey({ operator, key, values }: PolicyCondition, variables: VariableLookup): Match {
  const [, quantifier, bareName = ""] =
    /^(?:(ForAnyValue|ForAllValues):)?(.*)$/.exec(operator) ?? [];
  const rule = operators.get(bareName);
  const name = toVariableName(key);
  if (rule === undefined || !variables.has(name)) return "unknown";
  const actual = variables.get(name);
  if (actual === undefined) {
    // IAM lets a missing key satisfy these two. Granting for want of a value would be unsafe here.
    const holdsForMissingKey = quantifier === "ForAllValues" || (rule.isNegated && !quantifier);
    return holdsForMissingKey ? "unknown" : "no";
  }
  // With one value both quantifiers mean the bare operator.
  if (typeof actual === "string") return matchValue(rule, values, actual, variables);
  const matches = actual.map((each) => matchValue(rule, values, each, variables));
  // Without a quantifier all have to match: AWS's example lets `"StringEquals": "LastWill"` admit
  // connections with a last will and without one, but none that persist.
  // https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
  return quantifier === "ForAnyValue" ? anyOf(matches) : allOf(matches);
}

function matchValue(
  rule: Operator,
  wanted: readonly Template[],
  actual: string,
  variables: VariableLookup,
): Match {
  // "Is not the missing value" would be true of everything.
  const options = { ...rule, whenAbsent: rule.isNegated ? "unknown" : "no" } as const;
  const found = anyOf(wanted.map((value) => matchesTemplate(value, actual, variables, options)));
  return rule.isNegated ? not(found) : found;
}
