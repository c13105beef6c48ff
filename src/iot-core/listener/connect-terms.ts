import { randomUUID } from "node:crypto";
import type { IConnectPacket } from "mqtt-packet";
import type { ConnectRequest } from "./connection-attempt.ts";
import { toKeepAliveSeconds } from "./keep-alive.ts";

/** What a CONNECT packet asks for, and what AWS IoT makes of it. */
export interface ConnectTerms {
  /** 4 is MQTT 3.1.1. */
  readonly protocolVersion: 4 | 5;
  readonly clientId: string;
  /** Whether the client left its id to the server, as MQTT 5 can. */
  readonly isClientIdAssigned: boolean;
  /** Begins with an empty session. */
  readonly cleanStart: boolean;
  /** How long the session outlives its connection; 0 for not at all. */
  readonly expirySeconds: number;
  /** Whether the client said how long. */
  readonly hasExpiry: boolean;
  readonly keepAliveSeconds: number;
  /** QoS 1 messages without acknowledgement that the client takes. */
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly maximumPacketSize: number | undefined;
  /** Whether the client wants reasons in words. */
  readonly wantsReasons: boolean;
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const maximumExpirySeconds = 3600;

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-persistent-sessions */
export function toConnectTerms(packet: IConnectPacket): ConnectTerms {
  const { clientId, clean = true, keepalive = 0 } = packet;
  const keepAliveSeconds = toKeepAliveSeconds(keepalive);
  if (packet.protocolVersion !== 5) {
    return {
      protocolVersion: 4,
      clientId,
      isClientIdAssigned: false,
      cleanStart: clean,
      expirySeconds: clean ? 0 : maximumExpirySeconds,
      hasExpiry: false,
      keepAliveSeconds,
      receiveMaximum: 0xffff,
      topicAliasMaximum: 0,
      maximumPacketSize: undefined,
      wantsReasons: false,
    };
  }
  const properties = packet.properties ?? {};
  return {
    protocolVersion: 5,
    clientId: clientId === "" ? randomUUID() : clientId,
    isClientIdAssigned: clientId === "",
    cleanStart: clean,
    expirySeconds: Math.min(properties.sessionExpiryInterval ?? 0, maximumExpirySeconds),
    hasExpiry: properties.sessionExpiryInterval !== undefined,
    keepAliveSeconds,
    receiveMaximum: properties.receiveMaximum ?? 0xffff,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    maximumPacketSize: properties.maximumPacketSize,
    wantsReasons: properties.requestProblemInformation ?? true,
  };
}

/** Twice of what may be one; a report need not hold more of what may not. */
const maximumReportedId = 256;
const versionNames = new Map([
  [3, "3.1"],
  [4, "3.1.1"],
  [5, "5"],
]);

/** What the packet asked for, as reports tell it. */
export function toConnectRequest(packet: IConnectPacket, clientId: string): ConnectRequest {
  const { protocolVersion = 4, keepalive, clean, properties } = packet;
  return {
    clientId: clientId === "" ? undefined : clientId.slice(0, maximumReportedId),
    mqttVersion: versionNames.get(protocolVersion) ?? String(protocolVersion),
    keepAliveSeconds: keepalive,
    isCleanSession: clean,
    sessionExpirySeconds: properties?.sessionExpiryInterval,
  };
}
