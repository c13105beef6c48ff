/** The highest QoS that a subscriber is granted. */
export type GrantedQos = 0 | 1;

/** How a subscriber wants the messages of one filter. */
export interface Subscription {
  readonly qos: GrantedQos;
  /** Nothing that the client published itself. */
  readonly noLocal: boolean;
  /** With the RETAIN flag as it was published, instead of without. */
  readonly retainAsPublished: boolean;
}

export interface SubscriptionTree<Subscriber> {
  /** Replaces a subscription that is there already. */
  add(filter: string, subscriber: Subscriber, subscription: Subscription): void;
  remove(filter: string, subscriber: Subscriber): void;
  /** Each subscriber once, with what its matching filters have in common at best. */
  match(topic: string): ReadonlyMap<Subscriber, Subscription>;
}

interface TreeNode<Subscriber> {
  readonly children: Map<string, TreeNode<Subscriber>>;
  readonly subscribers: Map<Subscriber, Subscription>;
}

/**
 * Builds an index of topic filters that visits, for one message, only the filters that match.
 *
 * Unlike MQTT section 4.7.1.2, and like AWS IoT, `a/#` does not match `a`.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences
 */
export function createSubscriptionTree<Subscriber>(): SubscriptionTree<Subscriber> {
  const createNode = (): TreeNode<Subscriber> => ({ children: new Map(), subscribers: new Map() });
  const root = createNode();

  return {
    add: (filter, subscriber, subscription) => {
      let node = root;
      for (const level of filter.split("/")) {
        const child = node.children.get(level) ?? createNode();
        node.children.set(level, child);
        node = child;
      }
      node.subscribers.set(subscriber, subscription);
    },
    remove: (filter, subscriber) => removeFrom(root, filter.split("/"), subscriber),
    match: (topic) => {
      const found = new Map<Subscriber, Subscription>();
      let nodes = [root];
      for (const [depth, level] of topic.split("/").entries()) {
        // A leading wildcard does not reach topics that begin with `$` (section 4.7.2).
        const keys = depth === 0 && level.startsWith("$") ? [level] : [level, "+"];
        if (keys.length > 1) addChildren(nodes, "#", found);
        nodes = descend(nodes, keys);
      }
      for (const node of nodes) addAll(node, found);
      return found;
    },
  };
}

function addChildren<Subscriber>(
  nodes: readonly TreeNode<Subscriber>[],
  key: string,
  found: Map<Subscriber, Subscription>,
): void {
  for (const { children } of nodes) {
    const child = children.get(key);
    if (child !== undefined) addAll(child, found);
  }
}

function descend<Subscriber>(
  nodes: readonly TreeNode<Subscriber>[],
  keys: readonly string[],
): TreeNode<Subscriber>[] {
  const below: TreeNode<Subscriber>[] = [];
  for (const { children } of nodes) {
    for (const key of keys) {
      const child = children.get(key);
      if (child !== undefined) below.push(child);
    }
  }
  return below;
}

function addAll<Subscriber>(
  node: TreeNode<Subscriber>,
  found: Map<Subscriber, Subscription>,
): void {
  for (const [subscriber, subscription] of node.subscribers) {
    const other = found.get(subscriber);
    found.set(subscriber, other === undefined ? subscription : merge(subscription, other));
  }
}

function merge(one: Subscription, other: Subscription): Subscription {
  return {
    qos: one.qos === 1 || other.qos === 1 ? 1 : 0,
    noLocal: one.noLocal && other.noLocal,
    retainAsPublished: one.retainAsPublished || other.retainAsPublished,
  };
}

/** Leaves no empty nodes behind. */
function removeFrom<Subscriber>(
  node: TreeNode<Subscriber>,
  [level, ...rest]: readonly string[],
  subscriber: Subscriber,
): void {
  if (level === undefined) {
    node.subscribers.delete(subscriber);
    return;
  }
  const child = node.children.get(level);
  if (child === undefined) return;
  removeFrom(child, rest, subscriber);
  if (child.children.size === 0 && child.subscribers.size === 0) node.children.delete(level);
}
