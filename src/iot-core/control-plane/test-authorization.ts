import { X509Certificate } from "node:crypto";
import type { DeviceCertificate } from "../model.ts";
import { toCertificateVariables } from "../policy/certificate-variables.ts";
import {
  evaluatePolicies,
  type PolicyAction,
  type PolicyDecision,
} from "../policy/evaluate-policies.ts";
import { toVariableLookup, type VariableLookup } from "../policy/policy-variables.ts";
import { createResolveThing } from "../policy/resolve-thing.ts";
import { toThingVariables } from "../policy/to-resource-arn.ts";
import type { AttachedPolicy } from "../registry/policy-target-table.ts";
import type { OperationContext } from "./operation-context.ts";

interface AuthInfo {
  readonly actionType: "PUBLISH" | "SUBSCRIBE" | "RECEIVE" | "CONNECT";
  /** ARNs. */
  readonly resources: readonly string[];
}

export interface AuthorizationTest {
  readonly certificate: DeviceCertificate;
  readonly clientId?: string | undefined;
  readonly authInfos: readonly AuthInfo[];
  readonly policyNamesToAdd: readonly string[];
  readonly policyNamesToSkip: readonly string[];
}

const actions = {
  CONNECT: "iot:Connect",
  PUBLISH: "iot:Publish",
  RECEIVE: "iot:Receive",
  SUBSCRIBE: "iot:Subscribe",
} as const satisfies Record<AuthInfo["actionType"], PolicyAction>;

const authDecisions = {
  allowed: "ALLOWED",
  "explicit-deny": "EXPLICIT_DENY",
  "implicit-deny": "IMPLICIT_DENY",
} as const satisfies Record<PolicyDecision, string>;

/**
 * Builds the answer to what a device with a certificate would be allowed, by the evaluator that
 * connections are held to.
 */
export function createTestAuthorization({ registry, existing, arns, tables }: OperationContext) {
  const resolveThing = createResolveThing(registry);

  const findDocument = (policyName: string): AttachedPolicy => {
    const { defaultVersionId } = existing.policy(policyName);
    const version = tables.policies.findVersion(policyName, defaultVersionId);
    return { policyName, document: version?.document ?? "" };
  };

  const toReferences = (policies: readonly AttachedPolicy[]) =>
    policies.map(({ policyName }) => ({ policyName, policyArn: arns.of("policy", policyName) }));

  const judge = (
    info: AuthInfo,
    policies: readonly AttachedPolicy[],
    variables: VariableLookup,
  ) => {
    const decide = (documents: readonly string[]) =>
      worstOf(
        info.resources.map((resource) =>
          evaluatePolicies(documents, { action: actions[info.actionType], resource, variables }),
        ),
      );
    const each = Map.groupBy(policies, ({ document }) => decide([document]));
    return {
      authInfo: info,
      allowed: { policies: toReferences(each.get("allowed") ?? []) },
      denied: {
        implicitDeny: { policies: toReferences(each.get("implicit-deny") ?? []) },
        explicitDeny: { policies: toReferences(each.get("explicit-deny") ?? []) },
      },
      authDecision: authDecisions[decide(policies.map(({ document }) => document))],
      missingContextValues: [],
    };
  };

  return ({ certificate, clientId, authInfos, ...changes }: AuthorizationTest) => {
    const { certificateId } = certificate;
    const thingName = resolveThing(certificateId, clientId ?? "");
    const added = changes.policyNamesToAdd.map(findDocument);
    const byName = new Map(
      [...registry.effectivePolicies(certificateId, thingName), ...added].map((policy) => [
        policy.policyName,
        policy,
      ]),
    );
    for (const name of changes.policyNamesToSkip) byName.delete(name);
    const variables = toVariableLookup({
      ...toCertificateVariables(new X509Certificate(certificate.certificatePem)),
      ...toThingVariables(thingName === undefined ? undefined : registry.findThing(thingName)),
      "iot:ClientId": clientId,
      "aws:SourceIp": undefined,
      "iot:DomainName": undefined,
    });
    return authInfos.map((info) => judge(info, [...byName.values()], variables));
  };
}

/** What is asked for several resources together is allowed when it is for each of them. */
function worstOf(decisions: readonly PolicyDecision[]): PolicyDecision {
  if (decisions.includes("explicit-deny")) return "explicit-deny";
  return decisions.length === 0 || decisions.includes("implicit-deny")
    ? "implicit-deny"
    : "allowed";
}
