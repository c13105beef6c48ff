import { parseSharedFilter } from "./check-topic.ts";
import type { Message } from "./message.ts";
import type { MessageQueues } from "./message-queues.ts";
import type { SessionState } from "./session-state.ts";
import {
  createSubscriptionTree,
  type Subscription,
  type SubscriptionTree,
} from "./subscription-tree.ts";

/** The subscribers of one shared subscription, of whom one receives each message. */
export interface SharedGroup {
  /** The whole `$share/<name>/<filter>`; what waits for the group is queued under it. */
  readonly filter: string;
  readonly shareName: string;
  readonly members: Map<SessionState, Subscription>;
  /** Up to where the queue has been given to members. */
  position: number;
}

export interface SharedGroups {
  add(filter: string, member: SessionState, subscription: Subscription): void;
  remove(filter: string, member: SessionState): void;
  find(filter: string): SharedGroup | undefined;
  publish(message: Message): void;
  /** Gives a message to one member, or queues it. */
  deliver(group: SharedGroup, message: Message): void;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription */
export function createSharedGroups(queues: MessageQueues): SharedGroups {
  const groups = new Map<string, SharedGroup>();
  const tree: SubscriptionTree<SharedGroup> = createSubscriptionTree();

  const deliver = (group: SharedGroup, message: Message) => {
    const online = [...group.members].filter(([{ receiver }]) => receiver !== undefined);
    // At random, and when that one cannot take it the next.
    for (let start = Math.floor(Math.random() * online.length); online.length > 0; ) {
      const [picked] = online.splice(start % online.length, 1);
      if (picked === undefined) break;
      const [{ receiver }, subscription] = picked;
      if (receiver?.deliver(message, subscription, group) === true) return;
      start = 0;
    }
    const keeps = [...group.members.keys()].some(({ expirySeconds }) => expirySeconds > 0);
    if (message.qos === 1 && keeps) queues.add(group.filter, message);
  };

  return {
    add: (filter, member, subscription) => {
      const shared = parseSharedFilter(filter);
      if (shared === undefined) return;
      let group = groups.get(filter);
      if (group === undefined) {
        group = { filter, shareName: shared.shareName, members: new Map(), position: 0 };
        groups.set(filter, group);
        tree.add(shared.filter, group, subscription);
      }
      group.members.set(member, subscription);
    },
    remove: (filter, member) => {
      const group = groups.get(filter);
      group?.members.delete(member);
      if (group?.members.size !== 0) return;
      groups.delete(filter);
      tree.remove(parseSharedFilter(filter)?.filter ?? "", group);
      queues.removeAll(filter);
    },
    find: (filter) => groups.get(filter),
    publish: (message) => {
      if (groups.size === 0) return;
      for (const group of tree.match(message.topic).keys()) deliver(group, message);
    },
    deliver,
  };
}
