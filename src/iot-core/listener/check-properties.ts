import type { Packet } from "mqtt-packet";

export interface PropertyFault {
  readonly fault: "PACKET_MALFORMED" | "PROTOCOL_ERROR";
  readonly detail: string;
}

const message = [
  "payloadFormatIndicator",
  "messageExpiryInterval",
  "contentType",
  "responseTopic",
  "correlationData",
  "userProperties",
] as const;

/**
 * Which properties a client's packets may have.
 * https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html section 2.2.2.2
 */
const allowed: Partial<Record<Packet["cmd"] | "will", readonly string[]>> = {
  connect: [
    "sessionExpiryInterval",
    "receiveMaximum",
    "maximumPacketSize",
    "topicAliasMaximum",
    "requestResponseInformation",
    "requestProblemInformation",
    "userProperties",
    "authenticationMethod",
    "authenticationData",
  ],
  will: [...message, "willDelayInterval"],
  publish: [...message, "topicAlias"],
  puback: ["reasonString", "userProperties"],
  subscribe: ["subscriptionIdentifier", "userProperties"],
  unsubscribe: ["userProperties"],
  disconnect: ["sessionExpiryInterval", "reasonString", "userProperties"],
};
const neverZero = ["receiveMaximum", "maximumPacketSize"];

/**
 * Finds what is wrong with the properties of an MQTT 5 packet: the parser takes any property
 * anywhere, and reads a broken one as null, as -1 or not at all.
 */
export function checkProperties(packet: Packet): PropertyFault | undefined {
  const fault = checkAll(packet.cmd, "properties" in packet ? packet.properties : undefined);
  if (fault !== undefined || packet.cmd !== "connect") return fault;
  return checkAll("will", packet.will?.properties);
}

function checkAll(kind: string, properties: object | undefined): PropertyFault | undefined {
  if (properties === undefined) return undefined;
  const names: readonly string[] = (allowed as Record<string, readonly string[]>)[kind] ?? [];
  for (const [name, value] of Object.entries(properties)) {
    const fault = names.includes(name)
      ? checkValue(name, value)
      : ({ fault: "PROTOCOL_ERROR", detail: `${name} in ${kind}` } as const);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checkValue(name: string, value: unknown): PropertyFault | undefined {
  if (name === "userProperties") return checkUserProperties(value);
  if (Array.isArray(value)) return { fault: "PROTOCOL_ERROR", detail: `${name} twice` };
  if (value === null || value === undefined || value === -1) {
    return { fault: "PACKET_MALFORMED", detail: `${name} is cut off` };
  }
  if (value === 0 && neverZero.includes(name)) {
    return { fault: "PROTOCOL_ERROR", detail: `${name} is 0` };
  }
  return name === "responseTopic" && typeof value === "string" && /[+#]/.test(value)
    ? { fault: "PROTOCOL_ERROR", detail: "the response topic has a wildcard" }
    : undefined;
}

/** What is cut off has the value null, and the name "null" where it is the name. */
function checkUserProperties(value: unknown): PropertyFault | undefined {
  const values = typeof value === "object" && value !== null ? Object.values(value).flat() : [null];
  return values.every((each) => typeof each === "string")
    ? undefined
    : { fault: "PACKET_MALFORMED", detail: "userProperties is cut off" };
}
