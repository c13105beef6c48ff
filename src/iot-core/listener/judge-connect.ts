import { randomUUID, type X509Certificate } from "node:crypto";
import type { IConnectPacket } from "mqtt-packet";
import { toCertificateVariables } from "../policy/certificate-variables.ts";
import { toVariableLookup, type VariableLookup } from "../policy/policy-variables.ts";
import type { ResolveThing } from "../policy/resolve-thing.ts";
import { toResourceArn } from "../policy/to-resource-arn.ts";
import type { Quotas } from "../quotas/quotas.ts";
import { certificateIdOf } from "../registry/certificate-id.ts";
import type { FindDenial, Principal } from "./authorize.ts";
import type { CheckMessage } from "./check-message.ts";
import { checkProperties } from "./check-properties.ts";
import type { ConnectTerms } from "./connect-terms.ts";
import type { Peer } from "./connection-attempt.ts";
import type { JudgeCertificate, Refusal } from "./judge-certificate.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { type Presence, toConnectFailedEvents } from "./reserved-events.ts";
import { toWill, type Will } from "./will.ts";

export interface Admission {
  readonly outcome: "ACCEPTED";
  readonly principal: Principal;
  readonly presence: Presence;
  readonly terms: ConnectTerms;
  readonly will: Will | undefined;
}

interface ConnectInput {
  readonly peer: Peer;
  readonly certificate: X509Certificate | undefined;
  readonly packet: IConnectPacket;
  readonly terms: ConnectTerms;
}

/** Decides what becomes of a CONNECT packet, and publishes the events that go with it. */
export type JudgeConnect = (input: ConnectInput) => Admission | Refusal;

type JudgeConnectDeps = Pick<
  ListenerDeps,
  "effectivePolicies" | "exclusiveThingOf" | "identity" | "now" | "publishEvent"
> & {
  readonly findDenial: FindDenial;
  readonly checkMessage: CheckMessage;
  readonly judgeCertificate: JudgeCertificate;
  readonly quotas: Quotas;
  readonly resolveThing: ResolveThing;
};

const maximumClientIdBytes = 128;
/** For clients that send the name they dial. */
const localName = "localhost";

export function createJudgeConnect(deps: JudgeConnectDeps): JudgeConnect {
  const serverNames = [...new Set([deps.identity.endpointAddress.toLowerCase(), localName])];

  const checkServerName = ({ serverName }: Peer): Refusal | undefined => {
    if (serverName === undefined) return { outcome: "SNI_MISSING" };
    if (serverNames.includes(serverName.toLowerCase())) return undefined;
    return { outcome: "SNI_UNKNOWN", detail: `${serverName} is not ${serverNames.join(" or ")}` };
  };

  /** Counts every CONNECT packet, also those of certificates that are not known yet. */
  const takeQuotas = (clientId: string): Refusal | undefined => {
    // A longer one is refused in the end; until then it must not take memory.
    const key = clientId.slice(0, maximumClientIdBytes);
    if (!deps.quotas.take("ConnectPerClientId", key)) {
      return { outcome: "CONNECT_THROTTLED", detail: `client id ${clientId}` };
    }
    return deps.quotas.take("Connect")
      ? undefined
      : { outcome: "CONNECT_THROTTLED", detail: "all clients together" };
  };

  const authorizeConnect = (
    principal: Principal,
    attributes: VariableLookup,
  ): Refusal | undefined => {
    const { certificateId, clientId } = principal;
    const denial = deps.findDenial(principal, "iot:Connect", clientId, attributes);
    if (denial === undefined) return undefined;
    const thingName = deps.resolveThing(certificateId, clientId);
    if (deps.effectivePolicies(certificateId, thingName).length === 0) {
      return { outcome: "NO_POLICY" };
    }
    const thing =
      thingName === undefined ? "no attached thing has that name" : `thing ${thingName}`;
    return { outcome: "CONNECT_DENIED", detail: `${denial}; ${thing}` };
  };

  const checkWill = (principal: Principal, will: Will | undefined): Refusal | undefined => {
    const refusal = will && deps.checkMessage(principal, will);
    if (refusal === undefined) return undefined;
    const detail = refusal.detail ?? refusal.end;
    if (refusal.end === "QOS_2_UNSUPPORTED") return { outcome: "WILL_QOS_2_UNSUPPORTED" };
    return {
      outcome: refusal.end === "PUBLISH_DENIED" ? "WILL_DENIED" : "WILL_UNSUPPORTED",
      detail,
    };
  };

  const admit = (
    { peer, packet, terms }: ConnectInput,
    certificate: X509Certificate,
  ): Admission | Refusal => {
    const { clientId } = terms;
    const certificateId = certificateIdOf(certificate);
    const variables = toVariableLookup({
      ...toCertificateVariables(certificate),
      "aws:SourceIp": peer.remoteAddress,
      "iot:ClientId": clientId,
      "iot:DomainName": peer.serverName,
    });
    const principal = { certificateId, clientId, variables: withoutAbsent(variables) };
    const presence = {
      clientId,
      certificateId,
      sessionIdentifier: randomUUID(),
      ipAddress: peer.remoteAddress,
      thingName: deps.exclusiveThingOf(certificateId),
    };
    const will = toWill(packet.will);
    const attributes = toVariableLookup({
      "iot:ConnectAttributes": toConnectAttributes(terms, will),
      "iot:LastWillTopic": will && toResourceArn(deps.identity, "iot:Publish", will.topic),
    });
    const refusal = authorizeConnect(principal, attributes) ?? checkWill(principal, will);
    if (refusal === undefined) return { outcome: "ACCEPTED", principal, presence, terms, will };
    if (!refusal.outcome.startsWith("WILL_") || refusal.outcome === "WILL_DENIED") {
      for (const event of toConnectFailedEvents(presence, deps.now())) deps.publishEvent(event);
    }
    return refusal;
  };

  return (input) => {
    const { peer, certificate, packet, terms } = input;
    const unfit = checkPacket(packet) ?? checkServerName(peer);
    if (unfit !== undefined) return unfit;
    if (certificate === undefined) return { outcome: "CERTIFICATE_MISSING" };
    const refusal =
      takeQuotas(terms.clientId) ?? deps.judgeCertificate(certificate, peer.tlsVersion);
    if (refusal !== undefined) return refusal;
    if (!isClientId(terms.clientId)) return { outcome: "CLIENT_ID_INVALID" };
    return admit(input, certificate);
  };
}

/** There is one for each connection, so it holds no more than it must. */
function withoutAbsent(variables: VariableLookup): VariableLookup {
  return new Map([...variables].filter(([, value]) => value !== undefined));
}

function checkPacket(packet: IConnectPacket): Refusal | undefined {
  const { protocolVersion } = packet;
  if (protocolVersion !== 4 && protocolVersion !== 5) {
    return { outcome: "MQTT_VERSION_UNSUPPORTED", detail: "the client asked for MQTT 3.1" };
  }
  if ("bridgeMode" in packet && packet.bridgeMode === true) {
    return { outcome: "MQTT_VERSION_UNSUPPORTED", detail: "the client asked for a bridge" };
  }
  const fault = checkProperties(packet);
  if (fault !== undefined) return { outcome: fault.fault, detail: fault.detail };
  const method = packet.properties?.authenticationMethod;
  return method === undefined ? undefined : { outcome: "AUTH_UNSUPPORTED", detail: method };
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#connect-attribute */
function toConnectAttributes(terms: ConnectTerms, will: Will | undefined): readonly string[] {
  const isPersistent = !terms.cleanStart || terms.expirySeconds > 0;
  return [...(isPersistent ? ["PersistentConnect"] : []), ...(will ? ["LastWill"] : [])];
}

function isClientId(clientId: string): boolean {
  return (
    clientId !== "" &&
    !clientId.startsWith("$") &&
    !clientId.includes("\0") &&
    Buffer.byteLength(clientId) <= maximumClientIdBytes
  );
}
