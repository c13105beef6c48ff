import type {
  RetainedMessageTable,
  StoredRetainedMessage,
} from "../registry/retained-message-table.ts";
import type { RetainedMessage, RetainedMessages } from "../retained-messages.ts";
import { isExpired, type Message, parseProperties, stringifyProperties } from "./message.ts";

/** The messages that new subscribers of their topics receive. */
export interface RetainedStore extends RetainedMessages {
  /** False when there are too many already. One without payload deletes, and always can. */
  canKeep(message: Message): boolean;
  keep(message: Message): void;
  find(topic: string): Message | undefined;
  removeExpired(): void;
}

interface RetainedStoreDeps {
  readonly table: RetainedMessageTable;
  readonly now: () => Date;
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const maximumRetainedMessages = 5000;

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-retain */
export function createRetainedStore({ table, now }: RetainedStoreDeps): RetainedStore {
  const removeExpired = () => table.removeExpired(now());

  const findStored = (topic: string): StoredRetainedMessage | undefined => {
    const stored = table.find(topic);
    if (stored === undefined) return undefined;
    return isExpired({ expiresAt: stored.expiresAt?.getTime() }, now()) ? undefined : stored;
  };

  return {
    canKeep: ({ topic, payload }) => {
      if (payload.length === 0 || table.find(topic) !== undefined) return true;
      if (table.count() < maximumRetainedMessages) return true;
      removeExpired();
      return table.count() < maximumRetainedMessages;
    },
    keep: ({ topic, payload, qos, properties, expiresAt }) => {
      if (payload.length === 0) return table.remove(topic);
      table.put({
        topic,
        payload,
        qos,
        properties: stringifyProperties(properties),
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
        lastModified: now(),
      });
    },
    find: (topic) => {
      const stored = findStored(topic);
      return stored && toMessage(stored);
    },
    get: (topic) => {
      const stored = findStored(topic);
      return stored && toRetained(stored);
    },
    list: (after, limit) => {
      removeExpired();
      const rows = table.list(after ?? "", limit + 1);
      const messages = rows.slice(0, limit).map(toRetained);
      return { messages, next: rows.length > limit ? messages.at(-1)?.topic : undefined };
    },
    removeExpired,
  };
}

function toMessage(stored: StoredRetainedMessage): Message {
  const { topic, payload, qos, properties, expiresAt } = stored;
  return {
    topic,
    payload: Buffer.from(payload),
    qos,
    retain: true,
    properties: parseProperties(properties),
    expiresAt: expiresAt?.getTime(),
  };
}

function toRetained(stored: StoredRetainedMessage): RetainedMessage {
  const { topic, payload, qos, lastModified, properties } = stored;
  const { userProperties } = parseProperties(properties) ?? {};
  return { topic, payload, qos, lastModified, userProperties };
}
