import { randomUUID, type X509Certificate } from "node:crypto";
import type { IConnectPacket } from "mqtt-packet";
import { certificateIdOf } from "../registry/certificate-id.ts";
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
  const serverNames = [...new Set([deps.identity.endpointAddress.toLowerCase(), localName])];

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

  const admit = (
    peer: ConnectedPeer,
    packet: IConnectPacket,
    certificate: X509Certificate,
  ): Admission | Refusal => {
    const { clientId } = packet;
    const certificateId = certificateIdOf(certificate);
    const variables = {
      ...toCertificateVariables(certificate),
      "aws:SourceIp": peer.remoteAddress,
      "iot:ClientId": clientId,
      "iot:DomainName": peer.serverName,
    };
    const principal = { certificateId, clientId, variables };
    const presence = {
      clientId,
      certificateId,
      sessionIdentifier: randomUUID(),
      ipAddress: peer.remoteAddress,
      thingName: deps.exclusiveThingOf(certificateId),
    };
    const will = toWill(packet.will);
    const refusal = authorizeConnect(principal) ?? checkWill(principal, will);
    if (refusal === undefined) return { outcome: "ACCEPTED", principal, presence, will };
    if (refusal.outcome !== "WILL_UNSUPPORTED") {
      for (const event of toConnectFailedEvents(presence, deps.now())) deps.publishEvent(event);
    }
    return refusal;
  };

  return (peer, packet) => {
    const { certificate, tlsVersion } = peer;
    const unfit = checkTransport(peer, packet);
    if (unfit !== undefined) return unfit;
    if (certificate === undefined) return { outcome: "CERTIFICATE_MISSING" };
    const refusal = deps.judgeCertificate(certificate, tlsVersion);
    if (refusal !== undefined) return refusal;
    if (!isClientId(packet.clientId)) return { outcome: "CLIENT_ID_INVALID" };
    return admit(peer, packet, certificate);
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
