import { randomUUID } from "node:crypto";
import type { IConnectPacket } from "mqtt-packet";
import type { PolicyVariables } from "../policy/policy-variables.ts";
import type { Authorize, Principal, ResolveThing } from "./authorize.ts";
import { toCertificateVariables } from "./certificate-variables.ts";
import type { CheckMessage, PublishedMessage } from "./check-message.ts";
import type { JudgeCertificate, Refusal } from "./judge-certificate.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import type { ConnectedPeer } from "./read-peer.ts";
import { type Presence, toConnectFailedEvents } from "./reserved-events.ts";

export interface Admission {
  readonly outcome: "ACCEPTED";
  readonly principal: Principal;
  readonly presence: Presence;
  readonly will: PublishedMessage | undefined;
}

/** Decides what becomes of a CONNECT packet, and publishes the events that go with it. */
export type JudgeConnect = (peer: ConnectedPeer, packet: IConnectPacket) => Admission | Refusal;

type JudgeConnectDeps = Pick<
  ListenerDeps,
  "effectivePolicyDocuments" | "exclusiveThingOf" | "identity" | "now" | "publishEvent"
> & {
  readonly authorize: Authorize;
  readonly checkMessage: CheckMessage;
  readonly judgeCertificate: JudgeCertificate;
  readonly resolveThing: ResolveThing;
};

/** The version number of 3.1.1. MQTT 3.1 has 3, MQTT 5 has 5. */
const protocolVersion = 4;
const maximumClientIdBytes = 128;
/** For clients that send the name they dial. */
const localName = "localhost";

export function createJudgeConnect(deps: JudgeConnectDeps): JudgeConnect {
  const serverNames = [deps.identity.endpointAddress.toLowerCase(), localName];

  const checkTransport = (peer: ConnectedPeer, packet: IConnectPacket): Refusal | undefined => {
    if (packet.protocolVersion !== protocolVersion) {
      const version = packet.protocolVersion === 3 ? "3.1" : String(packet.protocolVersion);
      return {
        outcome: "MQTT_VERSION_UNSUPPORTED",
        detail: `the client asked for MQTT ${version}`,
      };
    }
    if (peer.serverName === undefined) return { outcome: "SNI_MISSING" };
    if (serverNames.includes(peer.serverName.toLowerCase())) return undefined;
    return {
      outcome: "SNI_UNKNOWN",
      detail: `${peer.serverName} is not ${serverNames.join(" or ")}`,
    };
  };

  const authorizeConnect = (principal: Principal): Refusal | undefined => {
    const { certificateId, clientId } = principal;
    const decision = deps.authorize(principal, "iot:Connect", clientId);
    if (decision === "allowed") return undefined;
    const thingName = deps.resolveThing(certificateId, clientId);
    if (deps.effectivePolicyDocuments(certificateId, thingName).length === 0) {
      return { outcome: "NO_POLICY" };
    }
    const thing =
      thingName === undefined ? "no attached thing has that name" : `thing ${thingName}`;
    return { outcome: "CONNECT_DENIED", detail: `client id ${clientId}, ${thing}, ${decision}` };
  };

  const checkWill = (
    principal: Principal,
    will: PublishedMessage | undefined,
  ): Refusal | undefined => {
    const refusal = will && deps.checkMessage(principal, will);
    if (refusal === undefined) return undefined;
    const outcome = refusal.end === "PUBLISH_DENIED" ? "WILL_DENIED" : "WILL_UNSUPPORTED";
    return { outcome, detail: refusal.detail ?? refusal.end };
  };

  return (peer, packet) => {
    const refused = checkTransport(peer, packet);
    if (refused !== undefined) return refused;
    const { certificate } = peer;
    const [leaf] = peer.chain;
    if (certificate === undefined || leaf === undefined) return { outcome: "CERTIFICATE_MISSING" };
    const unfit = deps.judgeCertificate(certificate, peer.tlsVersion);
    if (unfit !== undefined) return unfit;
    const { clientId } = packet;
    if (!isClientId(clientId)) return { outcome: "CLIENT_ID_INVALID" };

    const { certificateId } = leaf;
    const principal = { certificateId, clientId, variables: toConnectionVariables(peer, clientId) };
    const presence = {
      clientId,
      certificateId,
      sessionIdentifier: randomUUID(),
      ipAddress: peer.remoteAddress,
      thingName: deps.exclusiveThingOf(certificateId),
    };
    const will = toWill(packet.will);
    const unauthorized = authorizeConnect(principal) ?? checkWill(principal, will);
    if (unauthorized === undefined) return { outcome: "ACCEPTED", principal, presence, will };
    for (const event of toConnectFailedEvents(presence, deps.now())) deps.publishEvent(event);
    return unauthorized;
  };
}

function isClientId(clientId: string): boolean {
  return (
    clientId !== "" &&
    !clientId.startsWith("$") &&
    !clientId.includes("\0") &&
    Buffer.byteLength(clientId) <= maximumClientIdBytes
  );
}

function toConnectionVariables(peer: ConnectedPeer, clientId: string): PolicyVariables {
  return {
    ...(peer.certificate && toCertificateVariables(peer.certificate)),
    "aws:SourceIp": peer.remoteAddress,
    "iot:ClientId": clientId,
    "iot:DomainName": peer.serverName,
  };
}

function toWill(will: IConnectPacket["will"]): PublishedMessage | undefined {
  return (
    will && {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos ?? 0,
      retain: will.retain ?? false,
    }
  );
}
