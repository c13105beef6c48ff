import type { DatabaseSync } from "node:sqlite";
import { prepareChange, prepareQuery } from "./table.ts";

/** The message that new subscribers of a topic receive. */
export interface StoredRetainedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  /** MQTT 5 properties as JSON. */
  readonly properties: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly lastModified: Date;
}

export interface RetainedMessageTable {
  find(topic: string): StoredRetainedMessage | undefined;
  count(): number;
  put(message: StoredRetainedMessage): void;
  remove(topic: string): void;
  removeExpired(now: Date): void;
  /** In the order of the topics, those after one. */
  list(after: string, limit: number): readonly StoredRetainedMessage[];
}

interface Row {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly properties: string | null;
  readonly expiresAt: number | null;
  readonly lastModified: number;
}

export function createRetainedMessageTable(database: DatabaseSync): RetainedMessageTable {
  const selectOne = prepareQuery<Row>(
    database,
    "SELECT * FROM retainedMessage WHERE topic = :topic",
  );
  const selectCount = prepareQuery<{ count: number }>(
    database,
    "SELECT count(*) AS count FROM retainedMessage",
  );
  const upsert = prepareChange(
    database,
    `INSERT OR REPLACE INTO retainedMessage (topic, payload, qos, properties, expiresAt, lastModified)
     VALUES (:topic, :payload, :qos, :properties, :expiresAt, :lastModified)`,
  );
  const remove = prepareChange(database, "DELETE FROM retainedMessage WHERE topic = :topic");
  const removeExpired = prepareChange(
    database,
    "DELETE FROM retainedMessage WHERE expiresAt <= :now",
  );
  const selectPage = prepareQuery<Row>(
    database,
    "SELECT * FROM retainedMessage WHERE topic > :after ORDER BY topic LIMIT :limit",
  );

  return {
    find: (topic) => {
      const row = selectOne.get({ topic });
      return row && toMessage(row);
    },
    count: () => selectCount.get()?.count ?? 0,
    put: ({ properties, expiresAt, lastModified, ...message }) =>
      upsert({
        ...message,
        properties: properties ?? null,
        expiresAt: expiresAt?.getTime() ?? null,
        lastModified: lastModified.getTime(),
      }),
    remove: (topic) => remove({ topic }),
    removeExpired: (now) => removeExpired({ now: now.getTime() }),
    list: (after, limit) => selectPage.all({ after, limit }).map(toMessage),
  };
}

function toMessage({ properties, expiresAt, lastModified, ...row }: Row): StoredRetainedMessage {
  return {
    ...row,
    properties: properties ?? undefined,
    expiresAt: expiresAt === null ? undefined : new Date(expiresAt),
    lastModified: new Date(lastModified),
  };
}
