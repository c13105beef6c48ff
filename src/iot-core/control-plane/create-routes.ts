import type { DeviceConnections } from "../device-connections.ts";
import type { StandInIdentity } from "../model.ts";
import type { Registry } from "../registry.ts";
import type { RetainedMessages } from "../retained-messages.ts";
import type { FindUndeliverable } from "../topic-rules/topic-rule.ts";
import { createArns } from "./arns.ts";
import { createAuthorizationRoutes } from "./authorization-routes.ts";
import { createBillingGroupMemberRoutes } from "./billing-group-member-routes.ts";
import { createBillingGroupRoutes } from "./billing-group-routes.ts";
import { createCaCertificateRoutes } from "./ca-certificate-routes.ts";
import { createCertificateRoutes } from "./certificate-routes.ts";
import { createConnectionRoutes } from "./connection-routes.ts";
import { createEndpointRoutes } from "./endpoint-routes.ts";
import { createEventConfigurationRoutes } from "./event-configuration-routes.ts";
import { createExistingResources } from "./existing-resources.ts";
import { createIssuedCertificateRoutes } from "./issued-certificate-routes.ts";
import type { OperationContext } from "./operation-context.ts";
import { createPolicyRoutes } from "./policy-routes.ts";
import { createPolicyTargetRoutes } from "./policy-target-routes.ts";
import { createPolicyVersionRoutes } from "./policy-version-routes.ts";
import { createPrincipalPolicyRoutes } from "./principal-policy-routes.ts";
import { createPublishRoutes } from "./publish-routes.ts";
import { createRegistrationCodeRoutes } from "./registration-code-routes.ts";
import { createResourceTagRoutes } from "./resource-tag-routes.ts";
import { createRetainedMessageRoutes } from "./retained-message-routes.ts";
import type { Route } from "./route.ts";
import { createThingGroupMemberRoutes } from "./thing-group-member-routes.ts";
import { createThingGroupRoutes } from "./thing-group-routes.ts";
import { createThingPrincipalRoutes } from "./thing-principal-routes.ts";
import { createThingRoutes } from "./thing-routes.ts";
import { createThingTypeRoutes } from "./thing-type-routes.ts";
import { createTopicRuleRoutes } from "./topic-rule-routes.ts";

export interface RoutesDeps {
  readonly registry: Registry;
  readonly identity: StandInIdentity;
  readonly now: () => Date;
  /** Of the device endpoint; without it the data plane refuses. */
  readonly connections?: DeviceConnections;
  readonly retainedMessages?: RetainedMessages;
  readonly findUndeliverable?: FindUndeliverable | undefined;
}

/** Builds every operation that the stand-in supports, of both services. */
export function createRoutes(deps: RoutesDeps): readonly Route[] {
  const { registry, identity, now, connections, retainedMessages, findUndeliverable } = deps;
  const context: OperationContext = {
    registry,
    tables: registry.tables,
    existing: createExistingResources(registry.tables),
    arns: createArns(identity),
    identity,
    now,
    findUndeliverable,
  };
  return [
    ...createRegistrationCodeRoutes(context),
    ...createCaCertificateRoutes(context),
    ...createResourceTagRoutes(context),
    ...createCertificateRoutes(context),
    ...createIssuedCertificateRoutes(context),
    ...createThingRoutes(context),
    ...createThingPrincipalRoutes(context),
    ...createThingTypeRoutes(context),
    ...createThingGroupRoutes(context),
    ...createThingGroupMemberRoutes(context),
    ...createBillingGroupRoutes(context),
    ...createBillingGroupMemberRoutes(context),
    ...createPolicyRoutes(context),
    ...createPolicyVersionRoutes(context),
    ...createPolicyTargetRoutes(context),
    ...createPrincipalPolicyRoutes(context),
    ...createAuthorizationRoutes(context),
    ...createEndpointRoutes(context),
    ...createEventConfigurationRoutes(context),
    ...createTopicRuleRoutes(context),

    ...createConnectionRoutes(connections),
    ...createPublishRoutes(connections),
    ...createRetainedMessageRoutes(retainedMessages),
  ];
}
