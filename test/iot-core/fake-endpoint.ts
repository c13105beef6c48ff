import type {
  CloudMessage,
  ConnectionDescription,
  DeviceConnections,
} from "../../src/iot-core/device-connections.ts";
import type { RetainedMessages } from "../../src/iot-core/retained-messages.ts";
import { today } from "./support.ts";

const connection: ConnectionDescription = {
  clientId: "lamp",
  certificateId: "a".repeat(64),
  thingName: "lamp",
  mqttVersion: "5",
  tlsVersion: "TLSv1.3",
  isConnected: true,
  since: today,
  isCleanSession: true,
  keepAliveSeconds: 1200,
  sessionExpirySeconds: 0,
  disconnectReason: undefined,
  socket: { sourceIp: "127.0.0.1", sourcePort: 40_000, targetIp: "127.0.0.1", targetPort: 8883 },
};

/** What the data plane sees of a device endpoint: `lamp` is connected, `gone` was. */
export function createFakeEndpoint() {
  const published: CloudMessage[] = [];
  const disconnected: unknown[] = [];
  const gone: ConnectionDescription = {
    ...connection,
    clientId: "gone",
    thingName: undefined,
    isConnected: false,
    disconnectReason: "CONNECTION_LOST",
    socket: undefined,
  };
  const find = (clientId: string) => [connection, gone].find((each) => each.clientId === clientId);
  const connections: DeviceConnections = {
    find,
    subscriptionsOf: (clientId) =>
      find(clientId) && [
        { topicFilter: "b/#", qos: 1 },
        { topicFilter: "a/+", qos: 0 },
      ],
    disconnect: (clientId, options) => {
      disconnected.push({ clientId, ...options });
      return find(clientId) !== undefined;
    },
    publish: (message) => {
      published.push(message);
    },
    connected: () => [connection],
  };
  const message = {
    payload: Buffer.from("on"),
    qos: 1 as const,
    lastModified: today,
    userProperties: { room: ["hall", "attic"], house: "1" },
  };
  const retainedMessages: RetainedMessages = {
    get: (topic) => (topic === "a/b" ? { ...message, topic } : undefined),
    list: (after, limit) => {
      const topics = ["a", "a/b", "c"].filter((topic) => topic > (after ?? ""));
      const messages = topics.slice(0, limit).map((topic) => ({ ...message, topic }));
      return { messages, next: topics.length > limit ? messages.at(-1)?.topic : undefined };
    },
  };
  return { connections, retainedMessages, published, disconnected };
}
