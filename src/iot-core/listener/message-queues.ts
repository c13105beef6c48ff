import type { QueuedMessageTable } from "../registry/queued-message-table.ts";
import { isExpired, type Message, parseProperties, stringifyProperties } from "./message.ts";

/** Messages that wait for absent clients, each under its owner. All of them have QoS 1. */
export interface MessageQueues {
  /** Drops the message when too much waits already. */
  add(owner: string, message: Message): void;
  /** The next ones after a position that have not expired; 0 begins at the front. */
  read(owner: string, after: number, limit: number): readonly QueuedEntry[];
  remove(owner: string, entry: QueuedEntry): void;
  removeAll(owner: string): void;
  /** Drops what waits for owners that are gone. */
  keepOnly(isOwner: (owner: string) => boolean): void;
  isEmpty(owner: string): boolean;
}

export interface QueuedEntry {
  readonly position: number;
  /** Of payload and properties. */
  readonly bytes: number;
  readonly message: Message;
}

interface MessageQueuesDeps {
  readonly table: QueuedMessageTable;
  readonly now: () => Date;
}

interface Size {
  messages: number;
  bytes: number;
}

/** AWS publishes no numbers for these. What is queued already is never replaced. */
const maximumPerOwner: Size = { messages: 1000, bytes: 8 * 1024 * 1024 };
const maximumInAll: Size = { messages: 100_000, bytes: 128 * 1024 * 1024 };

export function createMessageQueues({ table, now }: MessageQueuesDeps): MessageQueues {
  const sizes = new Map<string, Size>();
  const total: Size = { messages: 0, bytes: 0 };

  const count = (owner: string, messages: number, bytes: number) => {
    const size = sizes.get(owner) ?? { messages: 0, bytes: 0 };
    for (const each of [size, total]) {
      each.messages += messages;
      each.bytes += bytes;
    }
    if (size.messages > 0) sizes.set(owner, size);
    else sizes.delete(owner);
  };
  for (const { owner, messages, bytes } of table.sizes()) count(owner, messages, bytes);

  const remove = (owner: string, { position, bytes }: QueuedEntry) => {
    table.remove(position);
    count(owner, -1, -bytes);
  };
  const removeAll = (owner: string) => {
    const size = sizes.get(owner);
    if (size === undefined) return;
    table.removeAll(owner);
    count(owner, -size.messages, -size.bytes);
  };

  return {
    add: (owner, message) => {
      const size = sizes.get(owner) ?? { messages: 0, bytes: 0 };
      const { topic, payload, expiresAt } = message;
      const properties = stringifyProperties(message.properties);
      const bytes = toBytes(payload, properties);
      if (!hasRoom(size, maximumPerOwner, bytes) || !hasRoom(total, maximumInAll, bytes)) return;
      table.add(owner, {
        topic,
        payload,
        properties,
        expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
      });
      count(owner, 1, bytes);
    },
    read: (owner, after, limit) => {
      if (!sizes.has(owner)) return [];
      const entries: QueuedEntry[] = [];
      let from = after;
      while (entries.length < limit) {
        const rows = table.read(owner, from, limit - entries.length);
        for (const row of rows) {
          const entry = toEntry(row);
          from = entry.position;
          if (isExpired(entry.message, now())) remove(owner, entry);
          else entries.push(entry);
        }
        if (rows.length === 0) break;
      }
      return entries;
    },
    remove,
    removeAll,
    keepOnly: (isOwner) => {
      for (const owner of sizes.keys()) if (!isOwner(owner)) removeAll(owner);
    },
    isEmpty: (owner) => !sizes.has(owner),
  };
}

function hasRoom(size: Size, maximum: Size, bytes: number): boolean {
  return size.messages < maximum.messages && size.bytes + bytes <= maximum.bytes;
}

function toBytes(payload: Uint8Array, properties: string | undefined): number {
  return payload.length + Buffer.byteLength(properties ?? "");
}

function toEntry(row: ReturnType<QueuedMessageTable["read"]>[number]): QueuedEntry {
  const { position, topic, payload, properties, expiresAt } = row;
  return {
    position,
    bytes: toBytes(payload, properties),
    message: {
      topic,
      payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      qos: 1,
      retain: false,
      properties: parseProperties(properties),
      expiresAt: expiresAt?.getTime(),
    },
  };
}
