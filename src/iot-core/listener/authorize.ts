import { absentCertificateVariables } from "../policy/certificate-variables.ts";
import {
  evaluatePolicies,
  type PolicyAction,
  type PolicyDecision,
  type PolicyRequest,
} from "../policy/evaluate-policies.ts";
import { explainDenial } from "../policy/explain-denial.ts";
import { createRememberingParse } from "../policy/parse-policy.ts";
import type { EffectivePolicy } from "../policy/policy-cache.ts";
import { toVariableLookup, type VariableLookup } from "../policy/policy-variables.ts";
import type { ResolveThing } from "../policy/resolve-thing.ts";
import { toResourceArn, toThingVariables } from "../policy/to-resource-arn.ts";
import type { ListenerDeps } from "./listener-deps.ts";

/** Who acts: a connection. */
export interface Principal {
  readonly certificateId: string;
  readonly clientId: string;
  /** Those that have a value as long as the connection. */
  readonly variables: VariableLookup;
}

/**
 * @param name client id, topic or topic filter, as the action needs.
 * @param more variables of this one request.
 */
export type Authorize = (
  principal: Principal,
  action: PolicyAction,
  name: string,
  more?: VariableLookup,
) => PolicyDecision;

/**
 * Says for people why something is not allowed: `iot:Publish on dt/lamp/t, implicit-deny, looked
 * at policy p`. Undefined when it is allowed.
 */
export type FindDenial = (...asked: Parameters<Authorize>) => string | undefined;

interface Authorization {
  readonly authorize: Authorize;
  readonly findDenial: FindDenial;
}

type AuthorizeDeps = Pick<ListenerDeps, "identity" | "effectivePolicies" | "findThing"> & {
  readonly resolveThing: ResolveThing;
};

type ToRequest = (...asked: Parameters<Authorize>) => PolicyRequest;

interface Standing {
  readonly policies: readonly EffectivePolicy[];
  readonly documents: readonly string[];
  readonly variables: VariableLookup;
}

/**
 * Builds the check of what a connection may do.
 *
 * The policies are read once for all that arrives in one turn of the event loop: a change counts
 * for what comes after it.
 */
export function createAuthorization(deps: AuthorizeDeps): Authorization {
  const parse = createRememberingParse();
  // Shared by all connections: most certificates have few of the attributes.
  const absent = toVariableLookup({
    ...absentCertificateVariables,
    "iot:DomainName": undefined,
    // Nothing but a CONNECT packet has these.
    "iot:ConnectAttributes": [],
    "iot:LastWillTopic": undefined,
  });
  const standings = new Map<Principal, Standing>();

  const standingOf = (principal: Principal): Standing => {
    const known = standings.get(principal);
    if (known !== undefined) return known;
    const thingName = deps.resolveThing(principal.certificateId, principal.clientId);
    const policies = deps.effectivePolicies(principal.certificateId, thingName);
    const standing = {
      policies,
      documents: policies.map(({ document }) => document),
      variables: new Map([
        ...absent,
        ...principal.variables,
        ...toVariableLookup(
          toThingVariables(thingName === undefined ? undefined : deps.findThing(thingName)),
        ),
      ]),
    };
    if (standings.size === 0) setImmediate(() => standings.clear());
    standings.set(principal, standing);
    return standing;
  };

  const toRequest: ToRequest = (principal, action, name, more) => {
    const { variables } = standingOf(principal);
    return {
      action,
      resource: toResourceArn(deps.identity, action, name),
      variables: more === undefined ? variables : new Map([...variables, ...more]),
    };
  };
  const authorize: Authorize = (principal, ...asked) =>
    evaluatePolicies(standingOf(principal).documents, toRequest(principal, ...asked), parse);

  return {
    authorize,
    findDenial: (...asked) => {
      const decision = authorize(...asked);
      if (decision === "allowed") return undefined;
      const [principal, action, name] = asked;
      const { policies } = standingOf(principal);
      const why = explainDenial(policies, toRequest(...asked), parse);
      return `${action} on ${name}, ${decision}, ${why}`;
    },
  };
}
