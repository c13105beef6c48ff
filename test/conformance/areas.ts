import { attachedPolicies } from "./areas/attached-policies.ts";
import { billingGroups } from "./areas/billing-groups.ts";
import { caCertificates } from "./areas/ca-certificates.ts";
import { certificateStatuses } from "./areas/certificate-statuses.ts";
import { certificates } from "./areas/certificates.ts";
import { connect } from "./areas/connect.ts";
import { dataPlane } from "./areas/data-plane.ts";
import { deactivation } from "./areas/deactivation.ts";
import { effectivePolicies } from "./areas/effective-policies.ts";
import { endpoint } from "./areas/endpoint.ts";
import { eventConfigurations } from "./areas/event-configurations.ts";
import { exclusiveThings } from "./areas/exclusive-things.ts";
import { firstConnect } from "./areas/first-connect.ts";
import { keepAlive } from "./areas/keep-alive.ts";
import { limits } from "./areas/limits.ts";
import { listing } from "./areas/listing.ts";
import { messages } from "./areas/messages.ts";
import { mqtt5 } from "./areas/mqtt-5.ts";
import { persistentSessions } from "./areas/persistent-sessions.ts";
import { policies } from "./areas/policies.ts";
import { policyEvaluation } from "./areas/policy-evaluation.ts";
import { presence } from "./areas/presence.ts";
import { registrationCodes } from "./areas/registration-codes.ts";
import { retained } from "./areas/retained.ts";
import { shadowsAndIngest } from "./areas/shadows-and-ingest.ts";
import { sharedSubscriptions } from "./areas/shared-subscriptions.ts";
import { takeover } from "./areas/takeover.ts";
import { thingGroups } from "./areas/thing-groups.ts";
import { thingPrincipals } from "./areas/thing-principals.ts";
import { thingTypes } from "./areas/thing-types.ts";
import { things } from "./areas/things.ts";
import { throttling } from "./areas/throttling.ts";
import { tls } from "./areas/tls.ts";
import { topicRules } from "./areas/topic-rules.ts";
import type { Area } from "./conformance-case.ts";

/** All areas, in the order in which they are shown. */
export const areas: readonly Area[] = [
  registrationCodes,
  caCertificates,
  certificates,
  certificateStatuses,
  things,
  thingTypes,
  thingGroups,
  billingGroups,
  thingPrincipals,
  exclusiveThings,
  policies,
  attachedPolicies,
  effectivePolicies,
  listing,
  endpoint,
  eventConfigurations,
  topicRules,
  throttling,
  dataPlane,
  tls,
  firstConnect,
  connect,
  takeover,
  keepAlive,
  messages,
  mqtt5,
  persistentSessions,
  retained,
  sharedSubscriptions,
  limits,
  presence,
  deactivation,
  policyEvaluation,
  shadowsAndIngest,
];
