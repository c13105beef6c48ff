import type { ConnectionDescription, DeviceConnections } from "../device-connections.ts";
import type { ResolveThing } from "../policy/resolve-thing.ts";
import type { ConnectionHistory } from "./connection-history.ts";
import { type Message, toExpiry, toMessageProperties } from "./message.ts";
import type { SessionState } from "./session-state.ts";
import type { ConnectedSession, Sessions } from "./sessions.ts";

interface DeviceConnectionsDeps {
  readonly sessions: Sessions;
  readonly history: ConnectionHistory;
  readonly resolveThing: ResolveThing;
  readonly publish: (message: Message) => void;
  readonly describe: (connected: ConnectedSession) => ConnectionDescription;
  readonly now: () => Date;
}

export function createDeviceConnections(deps: DeviceConnectionsDeps): DeviceConnections {
  const { sessions, history, describe, now } = deps;

  const describeAway = (session: SessionState): ConnectionDescription => {
    const { clientId, certificateId, keepAliveSeconds, expirySeconds } = session;
    return {
      clientId,
      certificateId,
      thingName: deps.resolveThing(certificateId, clientId),
      mqttVersion: session.protocolVersion === 5 ? "5" : "3.1.1",
      tlsVersion: undefined,
      isConnected: false,
      since: session.disconnectedAt ?? now(),
      isCleanSession: false,
      keepAliveSeconds,
      sessionExpirySeconds: expirySeconds,
      disconnectReason: session.disconnectReason,
      socket: undefined,
    };
  };

  return {
    find: (clientId) => {
      const connected = sessions.connectionOf(clientId);
      if (connected !== undefined) return describe(connected);
      const recent = history.find(clientId);
      if (recent !== undefined) return recent;
      const session = sessions.find(clientId);
      return session && describeAway(session);
    },
    subscriptionsOf: (clientId) => {
      const session = sessions.find(clientId);
      if (session === undefined) return undefined;
      return Array.from(session.subscriptions, ([topicFilter, { qos }]) => ({ topicFilter, qos }));
    },
    disconnect: (clientId, { cleanSession, preventWillMessage }) => {
      const session = sessions.find(clientId);
      if (session === undefined) return false;
      sessions
        .connectionOf(clientId)
        ?.connection.end("API_DISCONNECTED", { publishesWill: !preventWillMessage });
      if (cleanSession) sessions.discard(session);
      return true;
    },
    publish: ({ topic, payload, qos, retain = false, properties }) => {
      const { correlationData, userProperties, ...others } = properties ?? {};
      deps.publish({
        topic,
        payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
        qos,
        retain,
        properties: toMessageProperties({
          ...others,
          ...(correlationData && { correlationData: Buffer.from(correlationData) }),
          ...(userProperties && { userProperties: toUserProperties(userProperties) }),
        }),
        expiresAt: toExpiry(properties?.messageExpiryInterval, now()),
      });
    },
    connected: () => Array.from(sessions.connected(), describe),
  };
}

function toUserProperties(
  properties: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === "string" ? value : [...value],
    ]),
  );
}

/** Builds what tells of a connection that is there. */
export function createDescribe(resolveThing: ResolveThing) {
  return ({ connection, input, since }: ConnectedSession): ConnectionDescription => {
    const { clientId, certificateId, protocolVersion, keepAliveSeconds, expirySeconds } =
      connection.session;
    return {
      clientId,
      certificateId,
      thingName: resolveThing(certificateId, clientId),
      mqttVersion: protocolVersion === 5 ? "5" : "3.1.1",
      tlsVersion: input.peer.tlsVersion,
      isConnected: true,
      since,
      isCleanSession: expirySeconds === 0,
      keepAliveSeconds,
      sessionExpirySeconds: expirySeconds,
      disconnectReason: undefined,
      socket: input.socket,
    };
  };
}
