import { parseSharedFilter } from "./check-topic.ts";
import type { Message } from "./message.ts";
import type { MessageQueues } from "./message-queues.ts";
import { hasExpired, type SessionState } from "./session-state.ts";
import { createSharedGroups, type SharedGroups } from "./shared-groups.ts";
import { createSubscriptionTree, type Subscription } from "./subscription-tree.ts";

/** Brings messages to the sessions that subscribed to them. */
export interface Router {
  /** Replaces a subscription to the same filter. */
  subscribe(session: SessionState, filter: string, subscription: Subscription): void;
  /** False when there was none. */
  unsubscribe(session: SessionState, filter: string): boolean;
  unsubscribeAll(session: SessionState): void;
  publish(message: Message): void;
  readonly groups: SharedGroups;
}

interface RouterDeps {
  readonly queues: MessageQueues;
  readonly now: () => Date;
}

export function createRouter({ queues, now }: RouterDeps): Router {
  const tree = createSubscriptionTree<SessionState>();
  const groups = createSharedGroups(queues);
  // A delivery may end a connection, whose events and will are messages too. They come after it, for
  // each inside the other would be as deep as there are connections.
  let waiting: Message[] = [];

  const remove = (session: SessionState, filter: string) => {
    if (parseSharedFilter(filter) === undefined) tree.remove(filter, session);
    else groups.remove(filter, session);
  };

  const deliver = (session: SessionState, message: Message, subscription: Subscription) => {
    if (subscription.noLocal && message.publisherId === session.clientId) return;
    if (session.receiver !== undefined) session.receiver.deliver(message, subscription);
    else if (message.qos === 1 && subscription.qos === 1 && !hasExpired(session, now())) {
      queues.add(session.clientId, message);
    }
  };

  const publishNow = (message: Message) => {
    for (const [session, subscription] of tree.match(message.topic)) {
      deliver(session, message, subscription);
    }
    groups.publish(message);
  };

  return {
    groups,
    subscribe: (session, filter, subscription) => {
      session.subscriptions.set(filter, subscription);
      if (parseSharedFilter(filter) === undefined) tree.add(filter, session, subscription);
      else groups.add(filter, session, subscription);
    },
    unsubscribe: (session, filter) => {
      if (!session.subscriptions.delete(filter)) return false;
      remove(session, filter);
      return true;
    },
    unsubscribeAll: (session) => {
      for (const filter of session.subscriptions.keys()) remove(session, filter);
      session.subscriptions.clear();
    },
    publish: (message) => {
      waiting.push(message);
      if (waiting.length > 1) return;
      try {
        for (const each of waiting) publishNow(each);
      } finally {
        waiting = [];
      }
    },
  };
}
