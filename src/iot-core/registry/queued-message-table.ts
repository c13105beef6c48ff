import type { DatabaseSync } from "node:sqlite";
import { prepareChange, prepareQuery } from "./table.ts";

/** A QoS 1 message that waits for a client. */
interface QueuedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** MQTT 5 properties as JSON. */
  readonly properties: string | undefined;
  readonly expiresAt: Date | undefined;
}

/** What waits for one owner: a client id, or the filter of a shared subscription. */
interface QueueSize {
  readonly owner: string;
  readonly messages: number;
  /** Of payloads and properties. */
  readonly bytes: number;
}

export interface QueuedMessageTable {
  sizes(): readonly QueueSize[];
  add(owner: string, message: QueuedMessage): void;
  /** Messages in the order of their arrival, those after a position. */
  read(
    owner: string,
    after: number,
    limit: number,
  ): readonly (QueuedMessage & { position: number })[];
  remove(position: number): void;
  removeAll(owner: string): void;
}

interface Row {
  readonly position: number;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly properties: string | null;
  readonly expiresAt: number | null;
}

export function createQueuedMessageTable(database: DatabaseSync): QueuedMessageTable {
  const selectSizes = prepareQuery<QueueSize>(
    database,
    `SELECT owner, count(*) AS messages,
       sum(length(payload) + coalesce(octet_length(properties), 0)) AS bytes
     FROM queuedMessage GROUP BY owner`,
  );
  const insert = prepareChange(
    database,
    `INSERT INTO queuedMessage (owner, topic, payload, properties, expiresAt)
     VALUES (:owner, :topic, :payload, :properties, :expiresAt)`,
  );
  const select = prepareQuery<Row>(
    database,
    `SELECT position, topic, payload, properties, expiresAt FROM queuedMessage
     WHERE owner = :owner AND position > :after ORDER BY position LIMIT :limit`,
  );
  const remove = prepareChange(database, "DELETE FROM queuedMessage WHERE position = :position");
  const removeAll = prepareChange(database, "DELETE FROM queuedMessage WHERE owner = :owner");

  return {
    sizes: () => selectSizes.all(),
    add: (owner, { topic, payload, properties, expiresAt }) =>
      insert({
        owner,
        topic,
        payload,
        properties: properties ?? null,
        expiresAt: expiresAt?.getTime() ?? null,
      }),
    read: (owner, after, limit) =>
      select.all({ owner, after, limit }).map(({ properties, expiresAt, ...row }) => ({
        ...row,
        properties: properties ?? undefined,
        expiresAt: expiresAt === null ? undefined : new Date(expiresAt),
      })),
    remove: (position) => remove({ position }),
    removeAll: (owner) => removeAll({ owner }),
  };
}
