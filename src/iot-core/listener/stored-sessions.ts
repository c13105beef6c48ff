import type { SessionTable } from "../registry/session-table.ts";
import type { SessionState } from "./session-state.ts";
import type { Subscription } from "./subscription-tree.ts";

/** Keeps persistent sessions in the state file, as far as they outlive their connection. */
export interface StoredSessions {
  /** What the last run of the stand-in left. Sessions that were connected then are away since now. */
  load(): readonly LoadedSession[];
  /** Stores a session that is to outlive its connection; any other is removed. */
  save(session: SessionState): void;
  remove(session: SessionState): void;
  subscribed(session: SessionState, filters: readonly string[]): void;
  unsubscribed(session: SessionState, filters: readonly string[]): void;
}

interface LoadedSession {
  readonly session: SessionState;
  readonly subscriptions: readonly (readonly [filter: string, subscription: Subscription])[];
}

interface StoredSessionsDeps {
  readonly table: SessionTable;
  readonly now: () => Date;
}

export function createStoredSessions({ table, now }: StoredSessionsDeps): StoredSessions {
  const remove = (session: SessionState) => {
    if (session.isStored) table.remove(session.clientId);
    session.isStored = false;
  };

  const subscribed = (session: SessionState, filters: readonly string[]) => {
    if (!session.isStored) return;
    for (const topicFilter of filters) {
      const subscription = session.subscriptions.get(topicFilter);
      if (subscription === undefined) continue;
      table.putSubscription({ clientId: session.clientId, topicFilter, ...subscription });
    }
  };

  return {
    load: () => {
      const subscriptions = Map.groupBy(table.subscriptions(), ({ clientId }) => clientId);
      return table.all().map(({ disconnectedAt, ...stored }) => ({
        session: {
          ...stored,
          subscriptions: new Map(),
          isStored: true,
          receiver: undefined,
          disconnectedAt: disconnectedAt ?? now(),
        },
        subscriptions: (subscriptions.get(stored.clientId) ?? []).map(
          ({ topicFilter, qos, noLocal, retainAsPublished }) =>
            [topicFilter, { qos, noLocal, retainAsPublished }] as const,
        ),
      }));
    },
    save: (session) => {
      if (session.expirySeconds === 0) return remove(session);
      const { clientId, certificateId, protocolVersion, keepAliveSeconds, expirySeconds } = session;
      const { disconnectedAt, disconnectReason } = session;
      table.put({
        clientId,
        certificateId,
        protocolVersion,
        keepAliveSeconds,
        expirySeconds,
        disconnectedAt,
        disconnectReason,
      });
      if (session.isStored) return;
      session.isStored = true;
      subscribed(session, [...session.subscriptions.keys()]);
    },
    remove,
    subscribed,
    unsubscribed: (session, filters) => {
      if (!session.isStored) return;
      for (const filter of filters) table.removeSubscription(session.clientId, filter);
    },
  };
}
