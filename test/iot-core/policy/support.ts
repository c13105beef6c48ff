import {
  evaluatePolicies,
  type PolicyAction,
  type PolicyDecision,
} from "../../../src/iot-core/policy/evaluate-policies.ts";
import {
  type PolicyVariables,
  toVariableLookup,
} from "../../../src/iot-core/policy/policy-variables.ts";

export interface Statement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface PolicyCase {
  readonly name: string;
  readonly statements: readonly Statement[];
  readonly decision: PolicyDecision;
  readonly action?: PolicyAction;
  readonly resource?: string;
  readonly variables?: PolicyVariables;
}

export const topic = "arn:aws:iot:eu-central-1:123456789012:topic/dt/lamp/t";
export const client = "arn:aws:iot:eu-central-1:123456789012:client/lamp";
export const topicOf = (name: string) => `arn:aws:iot:eu-central-1:123456789012:topic/dt/${name}/*`;

/** A connection whose client id is the name of the thing it is attached to. */
export const attached: PolicyVariables = {
  "iot:ClientId": "lamp",
  "iot:Connection.Thing.ThingName": "lamp",
  "iot:Connection.Thing.IsAttached": "true",
  "iot:Certificate.Subject.CommonName": "serial-1",
};
export const detached: PolicyVariables = {
  ...attached,
  "iot:Connection.Thing.ThingName": undefined,
  "iot:Connection.Thing.IsAttached": "false",
};

export function toDocument(statements: readonly Statement[], version = "2012-10-17"): string {
  return JSON.stringify({
    Version: version,
    Statement: statements.map((statement) => ({
      Effect: "Allow",
      Action: "iot:Publish",
      Resource: "*",
      ...statement,
    })),
  });
}

export function decide(
  documents: readonly string[],
  given: Partial<PolicyCase> = {},
): PolicyDecision {
  const { action = "iot:Publish", resource = topic, variables = attached } = given;
  return evaluatePolicies(documents, {
    action,
    resource,
    variables: toVariableLookup(variables),
  });
}
