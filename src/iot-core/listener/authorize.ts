import {
  evaluatePolicies,
  type PolicyAction,
  type PolicyDecision,
} from "../policy/evaluate-policies.ts";
import type { PolicyVariables } from "../policy/policy-variables.ts";
import type { ListenerDeps } from "./listener-deps.ts";

/** Who acts: a connection. */
export interface Principal {
  readonly certificateId: string;
  readonly clientId: string;
  /** Those that stay the same as long as the connection. */
  readonly variables: PolicyVariables;
}

/** @param name client id, topic or topic filter, as the action needs. */
export type Authorize = (
  principal: Principal,
  action: PolicyAction,
  name: string,
) => PolicyDecision;

const resourceTypes = {
  "iot:Connect": "client",
  "iot:Publish": "topic",
  "iot:Subscribe": "topicfilter",
  "iot:Receive": "topic",
} as const satisfies Record<PolicyAction, string>;

type AuthorizeDeps = Pick<ListenerDeps, "identity" | "effectivePolicyDocuments"> & {
  readonly resolveThing: ResolveThing;
};

/** Builds the check of what a connection may do. A change of policies counts at once. */
export function createAuthorize(deps: AuthorizeDeps): Authorize {
  const { accountId, region } = deps.identity;
  return (principal, action, name) => {
    const thingName = deps.resolveThing(principal.certificateId, principal.clientId);
    const documents = deps.effectivePolicyDocuments(principal.certificateId, thingName);
    return evaluatePolicies(documents, {
      action,
      resource: `arn:aws:iot:${region}:${accountId}:${resourceTypes[action]}/${name}`,
      variables: {
        ...principal.variables,
        "iot:Connection.Thing.ThingName": thingName,
        "iot:Connection.Thing.IsAttached": String(thingName !== undefined),
      },
    });
  };
}

export type ResolveThing = (certificateId: string, clientId: string) => string | undefined;

/**
 * Builds the search for the thing of a connection: the one its certificate is attached to
 * exclusively, or else the one named as its client id, if that is attached.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/exclusive-thing.html
 */
export function createResolveThing(
  deps: Pick<ListenerDeps, "exclusiveThingOf" | "isAttached">,
): ResolveThing {
  return (certificateId, clientId) => {
    const exclusive = deps.exclusiveThingOf(certificateId);
    if (exclusive !== undefined) return exclusive;
    return deps.isAttached(clientId, certificateId) ? clientId : undefined;
  };
}
