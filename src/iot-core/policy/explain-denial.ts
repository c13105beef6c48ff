import { matchStatement, type PolicyRequest } from "./evaluate-policies.ts";
import type { ParsePolicy, Policy, PolicyStatement } from "./parse-policy.ts";
import type { EffectivePolicy } from "./policy-cache.ts";
import { type Template, toTemplateText } from "./policy-variables.ts";

/** Where a resource is, as its ARN says. */
interface Place {
  readonly region: string;
  readonly accountId: string;
}

const maximumNames = 5;
/** Statements that are looked at again; a policy has room for far fewer. */
const maximumStatements = 500;

/**
 * Says for people which policies did not allow a request and, where a statement would if its
 * resource were in this region and account, so: `looked at policy p; policy p allows it in
 * us-east-1 only; here it is local-1`.
 *
 * Takes about as long as the decision itself. Call it for what is refused only.
 */
export function explainDenial(
  policies: readonly EffectivePolicy[],
  request: PolicyRequest,
  parse: ParsePolicy,
): string {
  if (policies.length === 0) return "there are no policies";
  const names = [...new Set(policies.map(({ policyName }) => policyName))];
  const shown = names.slice(0, maximumNames).join(", ");
  const more = names.length > maximumNames ? ` and ${names.length - maximumNames} more` : "";
  const lookedAt = `looked at ${names.length === 1 ? "policy" : "policies"} ${shown}${more}`;
  const elsewhere = findElsewhere(policies, request, parse);
  return elsewhere === undefined ? lookedAt : `${lookedAt}; ${elsewhere}`;
}

function findElsewhere(
  policies: readonly EffectivePolicy[],
  request: PolicyRequest,
  parse: ParsePolicy,
): string | undefined {
  const here = readPlace(request.resource);
  if (here === undefined) return undefined;
  let left = maximumStatements;
  for (const { policyName, document } of policies) {
    const policy = parse(document);
    for (const statement of policy?.statements.slice(0, left) ?? []) {
      left -= 1;
      const there = policy && findPlace(policy, statement, request, here);
      if (there !== undefined) return `policy ${policyName} allows it ${compare(there, here)}`;
    }
  }
  return undefined;
}

/** Where a statement would allow the request; undefined when nowhere, or here too. */
function findPlace(
  policy: Policy,
  statement: PolicyStatement,
  request: PolicyRequest,
  here: Place,
): Place | undefined {
  if (statement.effect === "Deny") return undefined;
  const variables = policy.version === "2012-10-17" ? request.variables : new Map();
  for (const template of statement.resources) {
    const there = readTemplatePlace(template, here);
    if (there === undefined) continue;
    const moved = { ...request, resource: move(request.resource, there) };
    const match = matchStatement({ ...statement, resources: [template] }, moved, variables);
    if (match === "yes") return there;
  }
  return undefined;
}

/** @returns undefined for a template that does not name another place. */
function readTemplatePlace(template: Template, here: Place): Place | undefined {
  const named = readPlace(toTemplateText(template));
  if (named === undefined) return undefined;
  // A wildcard or a variable may as well be this one.
  const settle = (name: string, own: string) => (/[*?$]/.test(name) ? own : name);
  const there = {
    region: settle(named.region, here.region),
    accountId: settle(named.accountId, here.accountId),
  };
  return there.region === here.region && there.accountId === here.accountId ? undefined : there;
}

function readPlace(arn: string): Place | undefined {
  const [start, , , region, accountId, resource] = arn.split(":", 6);
  if (start !== "arn" || region === undefined || accountId === undefined) return undefined;
  return resource === undefined ? undefined : { region, accountId };
}

function move(arn: string, { region, accountId }: Place): string {
  const parts = arn.split(":");
  return [...parts.slice(0, 3), region, accountId, ...parts.slice(5)].join(":");
}

function compare(there: Place, here: Place): string {
  if (there.accountId === here.accountId) {
    return `in ${there.region} only; here it is ${here.region}`;
  }
  if (there.region === here.region) {
    return `in account ${there.accountId} only; here it is ${here.accountId}`;
  }
  return `in ${there.region} of account ${there.accountId} only; here it is ${here.region} of ${here.accountId}`;
}
