/** The highest QoS that a subscriber is granted. */
export type GrantedQos = 0 | 1;

export interface SubscriptionTree<Subscriber> {
  /** Replaces the QoS of a subscription that is there already. */
  add(filter: string, subscriber: Subscriber, qos: GrantedQos): void;
  remove(filter: string, subscriber: Subscriber): void;
  /** Each subscriber once, with the best QoS that any of its matching filters has. */
  match(topic: string): ReadonlyMap<Subscriber, GrantedQos>;
}

interface TreeNode<Subscriber> {
  readonly children: Map<string, TreeNode<Subscriber>>;
  readonly subscribers: Map<Subscriber, GrantedQos>;
}

/**
 * Builds an index of topic filters that visits, for one message, only the filters that match.
 *
 * @see https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html section 4.7
 */
export function createSubscriptionTree<Subscriber>(): SubscriptionTree<Subscriber> {
  const createNode = (): TreeNode<Subscriber> => ({ children: new Map(), subscribers: new Map() });
  const root = createNode();

  return {
    add: (filter, subscriber, qos) => {
      let node = root;
      for (const level of filter.split("/")) {
        const child = node.children.get(level) ?? createNode();
        node.children.set(level, child);
        node = child;
      }
      node.subscribers.set(subscriber, qos);
    },
    remove: (filter, subscriber) => removeFrom(root, filter.split("/"), subscriber),
    match: (topic) => {
      const found = new Map<Subscriber, GrantedQos>();
      const levels = topic.split("/");
      let nodes = [root];
      for (const [depth, level] of levels.entries()) {
        // A leading wildcard does not reach topics that begin with `$` (section 4.7.2).
        const isHidden = depth === 0 && level.startsWith("$");
        if (!isHidden) collect(nodes, "#", found);
        const keys = isHidden ? [level] : [level, "+"];
        nodes = nodes.flatMap((node) => keys.flatMap((key) => node.children.get(key) ?? []));
      }
      // `a/#` also matches `a` (section 4.7.1.2).
      collect(nodes, "#", found);
      for (const node of nodes) addBest(node, found);
      return found;
    },
  };
}

function collect<Subscriber>(
  nodes: readonly TreeNode<Subscriber>[],
  key: string,
  found: Map<Subscriber, GrantedQos>,
): void {
  for (const node of nodes) {
    const child = node.children.get(key);
    if (child !== undefined) addBest(child, found);
  }
}

function addBest<Subscriber>(node: TreeNode<Subscriber>, found: Map<Subscriber, GrantedQos>): void {
  for (const [subscriber, qos] of node.subscribers) {
    if (found.get(subscriber) !== 1) found.set(subscriber, qos);
  }
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
