import { absentCertificateVariables } from "../policy/certificate-variables.ts";
import {
  evaluatePolicies,
  type PolicyAction,
  type PolicyDecision,
} from "../policy/evaluate-policies.ts";
import { createRememberingParse } from "../policy/parse-policy.ts";
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

type AuthorizeDeps = Pick<ListenerDeps, "identity" | "effectivePolicyDocuments" | "findThing"> & {
  readonly resolveThing: ResolveThing;
};

interface Standing {
  readonly documents: readonly string[];
  readonly variables: VariableLookup;
}

/**
 * Builds the check of what a connection may do.
 *
 * The policies are read once for all that arrives in one turn of the event loop: a change counts
 * for what comes after it.
 */
export function createAuthorize(deps: AuthorizeDeps): Authorize {
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
    const standing = {
      documents: deps.effectivePolicyDocuments(principal.certificateId, thingName),
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

  return (principal, action, name, more) => {
    const { documents, variables } = standingOf(principal);
    const request = {
      action,
      resource: toResourceArn(deps.identity, action, name),
      variables: more === undefined ? variables : new Map([...variables, ...more]),
    };
    return evaluatePolicies(documents, request, parse);
  };
}
