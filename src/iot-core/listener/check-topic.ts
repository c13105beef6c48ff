/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumBytes = 256;
const maximumSlashes = 7;

/** Returns what is wrong with the topic of a message, or undefined. */
export function checkTopic(topic: string): string | undefined {
  if (/[+#]/.test(topic)) return "has a wildcard";
  return checkLimits(topic);
}

/** Returns what is wrong with a topic filter, or undefined. See MQTT 3.1.1 section 4.7. */
export function checkTopicFilter(filter: string): string | undefined {
  const levels = filter.split("/");
  const isWildcardMisplaced = levels.some(
    (level, index) =>
      (level.includes("#") && (level !== "#" || index !== levels.length - 1)) ||
      (level.includes("+") && level !== "+"),
  );
  return isWildcardMisplaced ? "has a wildcard where none may be" : checkLimits(filter);
}

function checkLimits(topic: string): string | undefined {
  if (topic === "") return "is empty";
  if (topic.includes("\0")) return "has a NUL character";
  if (Buffer.byteLength(topic) > maximumBytes) return `is longer than ${maximumBytes} bytes`;
  if (topic.split("/").length - 1 > maximumSlashes)
    return `has more than ${maximumSlashes} slashes`;
  return undefined;
}

export type ReservedTopic = "RESERVED_TOPIC" | "SHADOW_UNSUPPORTED";

/**
 * Tells why a topic or filter under `$` is not served; undefined for one that is: below
 * `$aws/things/<own thing>/`, shadows excepted.
 */
export function checkReserved(
  topic: string,
  thingName: string | undefined,
): ReservedTopic | undefined {
  if (!topic.startsWith("$")) return undefined;
  const [root, kind, owner, feature] = topic.split("/");
  if (root !== "$aws" || kind !== "things" || feature === undefined) return "RESERVED_TOPIC";
  if (feature === "shadow") return "SHADOW_UNSUPPORTED";
  return owner === thingName ? undefined : "RESERVED_TOPIC";
}
