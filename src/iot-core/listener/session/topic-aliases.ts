/**
 * How many aliases AWS IoT takes and uses in each direction.
 * https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export const maximumTopicAlias = 8;

type AliasedTopic =
  | { readonly topic: string }
  | { readonly fault: "PROTOCOL_ERROR" | "TOPIC_ALIAS_INVALID"; readonly detail: string };

/** Finds the topic of a PUBLISH packet, and remembers it under the alias that it sets. */
export type ReadTopic = (topic: string, alias: number | undefined) => AliasedTopic;

/** https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html section 3.3.2.3.4 */
export function createReadTopic(): ReadTopic {
  // Most clients use none.
  let topics: Map<number, string> | undefined;
  return (topic, alias) => {
    if (alias === undefined) return { topic };
    if (alias < 1 || alias > maximumTopicAlias) {
      const detail = `${alias} is not between 1 and ${maximumTopicAlias}`;
      return { fault: "TOPIC_ALIAS_INVALID", detail };
    }
    if (topic !== "") {
      topics ??= new Map();
      topics.set(alias, topic);
      return { topic };
    }
    const known = topics?.get(alias);
    return known === undefined
      ? { fault: "PROTOCOL_ERROR", detail: `no topic was sent for alias ${alias}` }
      : { topic: known };
  };
}

/** What a PUBLISH packet says of its topic. */
interface WrittenTopic {
  readonly topic: string;
  readonly topicAlias?: number;
}

/** Gives the first topics that are sent an alias each, which stays theirs. */
export interface OutboundAliases {
  write(topic: string): WrittenTopic;
  /** Takes the alias back that a packet would have set which was not sent. */
  forget(topic: string): void;
}

/** @param maximum how many the client takes. */
export function createOutboundAliases(maximum: number): OutboundAliases {
  const count = Math.min(maximum, maximumTopicAlias);
  if (count === 0) return { write: (topic) => ({ topic }), forget: () => {} };
  const aliases = new Map<string, number>();
  const free = Array.from({ length: count }, (_, index) => count - index);
  return {
    write: (topic) => {
      const known = aliases.get(topic);
      if (known !== undefined) return { topic: "", topicAlias: known };
      const topicAlias = free.pop();
      if (topicAlias === undefined) return { topic };
      aliases.set(topic, topicAlias);
      return { topic, topicAlias };
    },
    forget: (topic) => {
      const alias = aliases.get(topic);
      if (alias !== undefined) free.push(alias);
      aliases.delete(topic);
    },
  };
}
