import type { X509Certificate } from "node:crypto";
import { evaluatePolicies } from "../policy/evaluate-policies.ts";
import type { ListenerDeps } from "./listener-deps.ts";

/** Who is connected. */
export interface Client {
  readonly clientId: string;
  readonly certificateId: string;
  readonly certificate: X509Certificate;
}

export interface Permissions {
  readonly hasPolicy: boolean;
  /** The thing that the client is connected as. */
  readonly thingName?: string;
  allows(action: "Connect" | "Publish" | "Subscribe" | "Receive", resource: string): boolean;
}

/**
 * Reads what a client may do now.
 *
 * The thing is the one of the client id's name, when it is attached to the certificate, or the one
 * that the certificate is exclusively attached to.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export function readPermissions(deps: ListenerDeps, client: Client): Permissions {
  const { clientId, certificateId, certificate } = client;
  const thingName = deps.isAttached(clientId, certificateId)
    ? clientId
    : deps.exclusiveThingOf(certificateId);
  const documents = deps.effectivePolicyDocuments(certificateId, thingName);
  const commonName = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  const variables = {
    "iot:ClientId": clientId,
    "iot:CertificateId": certificateId,
    "iot:Connection.Thing.IsAttached": String(thingName !== undefined),
    ...(thingName !== undefined && { "iot:Connection.Thing.ThingName": thingName }),
    ...(commonName !== undefined && { "iot:Certificate.Subject.CommonName": commonName }),
  };
  const { region, accountId } = deps.identity;
  return {
    hasPolicy: documents.length > 0,
    ...(thingName !== undefined && { thingName }),
    allows: (action, resource) =>
      evaluatePolicies(documents, {
        action: `iot:${action}`,
        resource: `arn:aws:iot:${region}:${accountId}:${resource}`,
        variables,
      }) === "allowed",
  };
}
