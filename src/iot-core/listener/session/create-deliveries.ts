import type { Quotas } from "../../quotas/quotas.ts";
import type { Authorize, Principal } from "../authorize.ts";
import { isExpired, type Message } from "../message.ts";
import type { MessageQueues, QueuedEntry } from "../message-queues.ts";
import type { Router } from "../router.ts";
import type { Receiver, SessionState } from "../session-state.ts";
import type { SharedGroup } from "../shared-groups.ts";
import type { Subscription } from "../subscription-tree.ts";
import type { Outbox } from "./outbox.ts";
import { createReplay } from "./replay.ts";

/** What a connection is sent, and by what right. */
export interface Deliveries extends Receiver {
  readonly deliver: (message: Message, subscription: Subscription, group?: SharedGroup) => boolean;
  readonly takeOver: (group: SharedGroup) => void;
  /** With the RETAIN flag, to a new subscriber. */
  readonly deliverRetained: (message: Message, subscription: Subscription) => void;
  /** Sends what waited for the client, and for the shared subscriptions that it is in. */
  readonly begin: () => void;
  readonly stop: () => void;
}

export interface DeliveriesDeps {
  readonly authorize: Authorize;
  readonly queues: MessageQueues;
  readonly quotas: Quotas;
  readonly router: Router;
  readonly now: () => Date;
}

interface DeliveriesInput {
  readonly principal: Principal;
  readonly session: SessionState;
  readonly outbox: Outbox;
  /** Tells the connection apart from every other. */
  readonly sessionIdentifier: string;
  /** Told of what fails while stored messages are sent. */
  readonly onError: (error: unknown) => void;
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#persistent-session-reconnect */
const storedPerSecond = 10;
const sharedPerSecond = 20;

export function createDeliveries(deps: DeliveriesDeps, input: DeliveriesInput): Deliveries {
  const { queues, quotas, now } = deps;
  const { principal, session, outbox, sessionIdentifier, onError } = input;
  const replay = createReplay({ queues, room: () => outbox.room(), onError });
  let isStopped = false;

  /** Which of the two resources AWS asks a shared subscriber for is not documented. */
  const mayReceive = (topic: string, group?: SharedGroup): boolean => {
    const decision = deps.authorize(principal, "iot:Receive", topic);
    if (decision !== "implicit-deny" || group === undefined) return decision === "allowed";
    const shared = `$share/${group.shareName}/${topic}`;
    return deps.authorize(principal, "iot:Receive", shared) === "allowed";
  };

  const takeQuotas = () =>
    quotas.take("PublishOutPerConnection", sessionIdentifier) &&
    quotas.take("PublishOutPerAccount");

  const deliver = (message: Message, subscription: Subscription, group?: SharedGroup): boolean => {
    if (isStopped || !mayReceive(message.topic, group)) return false;
    if (isExpired(message, now())) return true;
    if (!takeQuotas()) return false;
    const qos = message.qos === 1 && subscription.qos === 1 ? 1 : 0;
    const retain = message.retain && subscription.retainAsPublished;
    return outbox.send({ message, qos, retain, group });
  };

  const sendStored = (owner: string, entry: QueuedEntry, group?: SharedGroup) => {
    const { message } = entry;
    if (!mayReceive(message.topic, group)) return queues.remove(owner, entry);
    outbox.send({ message, qos: 1, retain: false, queued: { owner, entry }, group });
  };

  const replayOwn = () => {
    const owner = session.clientId;
    let position = 0;
    replay.add({
      owner,
      messagesPerSecond: storedPerSecond,
      position: () => position,
      send: (entry) => {
        position = entry.position;
        sendStored(owner, entry);
      },
    });
  };

  const takeOver = (group: SharedGroup) => {
    replay.add({
      owner: group.filter,
      messagesPerSecond: sharedPerSecond,
      position: () => group.position,
      send: (entry) => {
        group.position = entry.position;
        sendStored(group.filter, entry, group);
      },
    });
  };

  return {
    deliver,
    takeOver,
    deliverRetained: (message, { qos }) => {
      if (isStopped || !mayReceive(message.topic) || !takeQuotas()) return;
      outbox.send({ message, qos: message.qos === 1 && qos === 1 ? 1 : 0, retain: true });
    },
    begin: () => {
      replayOwn();
      for (const filter of session.subscriptions.keys()) {
        const group = deps.router.groups.find(filter);
        if (group !== undefined) takeOver(group);
      }
    },
    stop: () => {
      isStopped = true;
      replay.stop();
    },
  };
}
