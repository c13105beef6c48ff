/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumBytes = 256;
const maximumSlashes = 7;
const maximumShareNameLength = 128;

/** Returns what is wrong with the topic of a message, or undefined. */
export function checkTopic(topic: string): string | undefined {
  if (/[+#]/.test(topic)) return "has a wildcard";
  return checkLimits(topic);
}

/** Returns what is wrong with a topic filter, or undefined. See MQTT 3.1.1 section 4.7. */
export function checkTopicFilter(filter: string): string | undefined {
  const shared = parseSharedFilter(filter);
  if (filter.startsWith("$share/")) {
    if (shared === undefined) return "has no topic filter after its share name";
    const isNamed = /^[^+#]+$/.test(shared.shareName);
    if (!isNamed || shared.shareName.length > maximumShareNameLength) {
      return `has a share name that is empty, has a wildcard, or is longer than ${maximumShareNameLength} characters`;
    }
  }
  // The two slashes that a shared subscription needs do not count.
  const bare = shared?.filter ?? filter;
  const levels = bare.split("/");
  const isWildcardMisplaced = levels.some(
    (level, index) =>
      (level.includes("#") && (level !== "#" || index !== levels.length - 1)) ||
      (level.includes("+") && level !== "+"),
  );
  return isWildcardMisplaced ? "has a wildcard where none may be" : checkLimits(bare);
}

function checkLimits(topic: string): string | undefined {
  if (topic === "") return "is empty";
  if (topic.includes("\0")) return "has a NUL character";
  if (Buffer.byteLength(topic) > maximumBytes) return `is longer than ${maximumBytes} bytes`;
  if (topic.split("/").length - 1 > maximumSlashes)
    return `has more than ${maximumSlashes} slashes`;
  return undefined;
}

export interface SharedFilter {
  readonly shareName: string;
  readonly filter: string;
}

/**
 * Takes `$share/<name>/<filter>` apart; undefined for any other filter.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription
 */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  const [, shareName, shared] = /^\$share\/([^/]*)\/(.*)$/s.exec(filter) ?? [];
  return shareName === undefined || shared === undefined
    ? undefined
    : { shareName, filter: shared };
}

/** Topics under `$` that nothing here answers, by the service they belong to. */
export type UnsupportedTopic =
  | "BASIC_INGEST_UNSUPPORTED"
  | "COMMANDS_UNSUPPORTED"
  | "DEVICE_DEFENDER_UNSUPPORTED"
  | "DEVICE_LOCATION_UNSUPPORTED"
  | "FLEET_PROVISIONING_UNSUPPORTED"
  | "JOBS_UNSUPPORTED"
  | "RESERVED_TOPIC"
  | "SECURE_TUNNELING_UNSUPPORTED"
  | "SHADOW_UNSUPPORTED"
  | "SITEWISE_UNSUPPORTED"
  | "STREAMS_UNSUPPORTED";

/** https://docs.aws.amazon.com/iot/latest/developerguide/reserved-topics.html */
const services = new Map<string, UnsupportedTopic>([
  ["certificates", "FLEET_PROVISIONING_UNSUPPORTED"],
  ["commands", "COMMANDS_UNSUPPORTED"],
  ["device_location", "DEVICE_LOCATION_UNSUPPORTED"],
  ["provisioning-templates", "FLEET_PROVISIONING_UNSUPPORTED"],
  ["rules", "BASIC_INGEST_UNSUPPORTED"],
  ["sitewise", "SITEWISE_UNSUPPORTED"],
]);
const thingServices = new Map<string, UnsupportedTopic>([
  ["defender", "DEVICE_DEFENDER_UNSUPPORTED"],
  ["jobs", "JOBS_UNSUPPORTED"],
  ["shadow", "SHADOW_UNSUPPORTED"],
  ["streams", "STREAMS_UNSUPPORTED"],
  ["tunnels", "SECURE_TUNNELING_UNSUPPORTED"],
]);

/**
 * Tells why a topic or filter under `$` is not served; undefined for one that is: below
 * `$aws/things/<own thing>/` and, to subscribers, below `$aws/events/`.
 */
export function checkReserved(
  topic: string,
  use: "publish" | "subscribe",
  thingName: string | undefined,
): UnsupportedTopic | undefined {
  if (!topic.startsWith("$")) return undefined;
  const [root, kind = "", owner, feature] = topic.split("/");
  if (root !== "$aws") return "RESERVED_TOPIC";
  if (kind === "events") return use === "subscribe" ? undefined : "RESERVED_TOPIC";
  if (kind !== "things") return services.get(kind) ?? "RESERVED_TOPIC";
  if (feature === undefined) return "RESERVED_TOPIC";
  return thingServices.get(feature) ?? (owner === thingName ? undefined : "RESERVED_TOPIC");
}
