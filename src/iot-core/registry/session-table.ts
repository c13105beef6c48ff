import type { DatabaseSync } from "node:sqlite";
import { prepareChange, prepareInsert, prepareQuery } from "./table.ts";

/** A persistent session of an MQTT client. */
interface StoredSession {
  readonly clientId: string;
  readonly certificateId: string;
  /** 4 is MQTT 3.1.1. */
  readonly protocolVersion: 4 | 5;
  readonly keepAliveSeconds: number;
  /** How long it outlives its connection. */
  readonly expirySeconds: number;
  /** Undefined while it is connected. */
  readonly disconnectedAt: Date | undefined;
  readonly disconnectReason: string | undefined;
}

interface StoredSubscription {
  readonly clientId: string;
  readonly topicFilter: string;
  readonly qos: 0 | 1;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
}

export interface SessionTable {
  all(): readonly StoredSession[];
  /** Adds a session or replaces what is known of it; its subscriptions stay. */
  put(session: StoredSession): void;
  /** Its subscriptions go with it. */
  remove(clientId: string): void;
  subscriptions(): readonly StoredSubscription[];
  /** Of a stored session; replaces the one with the same filter. */
  putSubscription(subscription: StoredSubscription): void;
  removeSubscription(clientId: string, topicFilter: string): void;
}

interface SessionRow {
  readonly clientId: string;
  readonly certificateId: string;
  readonly protocolVersion: 4 | 5;
  readonly keepAliveSeconds: number;
  readonly expirySeconds: number;
  readonly disconnectedAt: number | null;
  readonly disconnectReason: string | null;
}

interface SubscriptionRow {
  readonly clientId: string;
  readonly topicFilter: string;
  readonly qos: 0 | 1;
  readonly noLocal: number;
  readonly retainAsPublished: number;
}

const columns = [
  "clientId",
  "certificateId",
  "protocolVersion",
  "keepAliveSeconds",
  "expirySeconds",
  "disconnectedAt",
  "disconnectReason",
] as const;

export function createSessionTable(database: DatabaseSync): SessionTable {
  const selectAll = prepareQuery<SessionRow>(database, "SELECT * FROM session");
  const assignments = columns.slice(1).map((column) => `${column} = :${column}`);
  const upsert = prepareChange(
    database,
    `INSERT INTO session (${columns.join(", ")}) VALUES (${columns.map((column) => `:${column}`).join(", ")})
     ON CONFLICT (clientId) DO UPDATE SET ${assignments.join(", ")}`,
  );
  const remove = prepareChange(database, "DELETE FROM session WHERE clientId = :clientId");
  const selectSubscriptions = prepareQuery<SubscriptionRow>(
    database,
    "SELECT * FROM sessionSubscription",
  );
  const insertSubscription = prepareInsert(database, "sessionSubscription", [
    "clientId",
    "topicFilter",
    "qos",
    "noLocal",
    "retainAsPublished",
  ]);
  const removeSubscription = prepareChange(
    database,
    "DELETE FROM sessionSubscription WHERE clientId = :clientId AND topicFilter = :topicFilter",
  );

  return {
    all: () => selectAll.all().map(toSession),
    put: ({ disconnectedAt, disconnectReason, ...session }) =>
      upsert({
        ...session,
        disconnectedAt: disconnectedAt?.getTime() ?? null,
        disconnectReason: disconnectReason ?? null,
      }),
    remove: (clientId) => remove({ clientId }),
    subscriptions: () =>
      selectSubscriptions.all().map(({ noLocal, retainAsPublished, ...row }) => ({
        ...row,
        noLocal: noLocal === 1,
        retainAsPublished: retainAsPublished === 1,
      })),
    putSubscription: ({ clientId, topicFilter, qos, noLocal, retainAsPublished }) => {
      removeSubscription({ clientId, topicFilter });
      insertSubscription({
        clientId,
        topicFilter,
        qos,
        noLocal: Number(noLocal),
        retainAsPublished: Number(retainAsPublished),
      });
    },
    removeSubscription: (clientId, topicFilter) => removeSubscription({ clientId, topicFilter }),
  };
}

function toSession({ disconnectedAt, disconnectReason, ...row }: SessionRow): StoredSession {
  return {
    ...row,
    disconnectedAt: disconnectedAt === null ? undefined : new Date(disconnectedAt),
    disconnectReason: disconnectReason ?? undefined,
  };
}
