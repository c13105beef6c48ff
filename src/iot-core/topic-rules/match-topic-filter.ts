/**
 * Tells whether a topic matches a filter. As AWS IoT has it, `a/#` does not match `a`; a leading
 * wildcard reaches no topic that begins with `$`.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/topics.html#topicfilters
 */
export function matchTopicFilter(filter: string, topic: string): boolean {
  const expected = filter.split("/");
  const actual = topic.split("/");
  if (topic.startsWith("$") && ["+", "#"].includes(expected[0] ?? "")) return false;
  for (const [depth, level] of expected.entries()) {
    const found = actual[depth];
    if (found === undefined) return false;
    if (level === "#") return true;
    if (level !== "+" && level !== found) return false;
  }
  return expected.length === actual.length;
}
