/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const maxTopicBytes = 256;
const maxSlashes = 7;

/** Whether AWS IoT takes a message on a topic: its length, its levels, no wildcard. */
export function isTopic(topic: string): boolean {
  return isWithinLimits(topic) && !/[+#\0]/.test(topic);
}

/** Whether a filter is well formed (MQTT 3.1.1 section 4.7.1) and within AWS IoT's limits. */
export function isTopicFilter(filter: string): boolean {
  if (!isWithinLimits(filter) || filter.includes("\0")) return false;
  const levels = filter.split("/");
  return levels.every((level, index) => {
    if (level === "#") return index === levels.length - 1;
    return level === "+" || !/[+#]/.test(level);
  });
}

function isWithinLimits(text: string): boolean {
  return (
    text !== "" &&
    Buffer.byteLength(text) <= maxTopicBytes &&
    text.split("/").length - 1 <= maxSlashes
  );
}

/** Whether a topic falls under a filter; wildcards do not reach topics that begin with `$`. */
export function matchesFilter(filter: string, topic: string): boolean {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (levels[index] === undefined) return false;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
