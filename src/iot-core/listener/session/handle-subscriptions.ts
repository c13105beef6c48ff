import type { ISubscribePacket, ISubscription, IUnsubscribePacket } from "mqtt-packet";
import type { ResolveThing } from "../../policy/resolve-thing.ts";
import type { Quotas } from "../../quotas/quotas.ts";
import type { FindDenial } from "../authorize.ts";
import { checkReserved, checkTopicFilter, parseSharedFilter } from "../check-topic.ts";
import type { SessionOutcome } from "../connection-attempt.ts";
import type { Message } from "../message.ts";
import type { RetainedStore } from "../retained-store.ts";
import type { Router } from "../router.ts";
import type { SessionEnd } from "../session-end.ts";
import type { SharedGroup } from "../shared-groups.ts";
import type { Subscription } from "../subscription-tree.ts";
import type { ConnectionContext } from "./connection-context.ts";

export interface SubscriptionDeps {
  readonly findDenial: FindDenial;
  readonly resolveThing: ResolveThing;
  readonly quotas: Quotas;
  readonly retained: RetainedStore;
  readonly router: Router;
}

interface SubscriptionContext extends ConnectionContext {
  readonly onSubscriptions: (
    change: "subscribed" | "unsubscribed",
    filters: readonly string[],
  ) => void;
  readonly takeOver: (group: SharedGroup) => void;
  readonly deliverRetained: (message: Message, subscription: Subscription) => void;
}

export interface SubscriptionHandler {
  subscribe(packet: ISubscribePacket): void;
  unsubscribe(packet: IUnsubscribePacket): void;
}

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumFiltersPerPacket = 8;
const maximumSubscriptions = 50;

/** MQTT 3.1.1 has one code for every refusal. */
const refusedVersion4 = 0x80;
const notAuthorized = 0x87;
const filterInvalid = 0x8f;
const quotaExceeded = 0x97;

interface SubscriptionRefusal {
  readonly outcome: SessionOutcome;
  readonly detail: string;
  readonly code: number;
}

/** Builds what takes the SUBSCRIBE and UNSUBSCRIBE packets of a connection. */
export function createSubscriptionHandler(
  deps: SubscriptionDeps,
  context: SubscriptionContext,
): SubscriptionHandler {
  const { session, principal, terms, stream, end } = context;
  const { router } = deps;

  const refusalOf = (filter: string): SubscriptionRefusal | undefined => {
    const bare = parseSharedFilter(filter)?.filter ?? filter;
    const thingName = bare.startsWith("$aws")
      ? deps.resolveThing(principal.certificateId, principal.clientId)
      : undefined;
    const reserved = checkReserved(bare, "subscribe", thingName);
    if (reserved !== undefined) return { outcome: reserved, detail: filter, code: filterInvalid };
    if (!session.subscriptions.has(filter) && session.subscriptions.size >= maximumSubscriptions) {
      return { outcome: "TOO_MANY_SUBSCRIPTIONS", detail: filter, code: quotaExceeded };
    }
    if (!deps.quotas.take("SubscribePerAccount")) {
      return { outcome: "SUBSCRIBE_THROTTLED", detail: filter, code: quotaExceeded };
    }
    const denial = deps.findDenial(principal, "iot:Subscribe", filter);
    if (denial === undefined) return undefined;
    return { outcome: "SUBSCRIBE_DENIED", detail: denial, code: notAuthorized };
  };

  /** Returns the code for SUBACK: the granted QoS, or why there is none. */
  const subscribeTo = (wanted: ISubscription, retained: (() => void)[]): number => {
    const { topic: filter, rh = 0 } = wanted;
    const refusal = refusalOf(filter);
    if (refusal !== undefined) {
      context.onRefused(refusal.outcome, refusal.detail);
      return terms.protocolVersion === 5 ? refusal.code : refusedVersion4;
    }
    const isNew = !session.subscriptions.has(filter);
    const subscription = toSubscription(wanted);
    router.subscribe(session, filter, subscription);
    const group = router.groups.find(filter);
    const wantsRetained = rh === 0 || (rh === 1 && isNew);
    if (group !== undefined) retained.push(() => context.takeOver(group));
    else if (wantsRetained && !/[+#]/.test(filter)) {
      retained.push(() => {
        const message = deps.retained.find(filter);
        if (message !== undefined) context.deliverRetained(message, subscription);
      });
    }
    return subscription.qos;
  };

  const subscribe = (packet: ISubscribePacket) => {
    const flaw = findFlaw(packet);
    if (flaw !== undefined) return end(flaw.end, { detail: flaw.detail });
    const { messageId = 0, subscriptions } = packet;
    const retained: (() => void)[] = [];
    const granted = subscriptions.map((wanted) => subscribeTo(wanted, retained));
    stream.send({ cmd: "suback", messageId, granted });
    for (const send of retained) send();
    const filters = subscriptions.map(({ topic }) => topic);
    context.onSubscriptions(
      "subscribed",
      filters.filter((_, index) => (granted[index] ?? refusedVersion4) < refusedVersion4),
    );
  };

  const unsubscribe = ({ messageId = 0, unsubscriptions }: IUnsubscribePacket) => {
    if (messageId < 1 || unsubscriptions.length === 0) {
      return end("PACKET_MALFORMED", { detail: "empty UNSUBSCRIBE" });
    }
    const removed = unsubscriptions.filter((filter) => router.unsubscribe(session, filter));
    stream.send({ cmd: "unsuback", messageId, granted: unsubscriptions.map(() => 0) });
    context.onSubscriptions("unsubscribed", removed);
  };

  return { subscribe, unsubscribe };
}

interface SubscribeFlaw {
  readonly end: SessionEnd;
  readonly detail?: string;
}

/** Tells what in a SUBSCRIBE packet ends the connection. */
function findFlaw({
  messageId = 0,
  subscriptions,
  properties,
}: ISubscribePacket): SubscribeFlaw | undefined {
  if (messageId < 1 || subscriptions.length === 0) {
    return { end: "PACKET_MALFORMED", detail: "empty SUBSCRIBE" };
  }
  if (properties?.subscriptionIdentifier !== undefined) {
    return { end: "SUBSCRIPTION_ID_UNSUPPORTED" };
  }
  if (subscriptions.length > maximumFiltersPerPacket) return { end: "TOO_MANY_FILTERS" };
  if (subscriptions.some(({ qos }) => qos > 1)) return { end: "QOS_2_UNSUPPORTED" };
  for (const { topic, nl = false } of subscriptions) {
    const flaw = checkTopicFilter(topic);
    if (flaw !== undefined) return { end: "TOPIC_FILTER_INVALID", detail: `${topic} ${flaw}` };
    // MQTT 5 section 3.8.3.1.
    if (nl && isShared(topic)) {
      return { end: "PROTOCOL_ERROR", detail: `${topic} is shared and wants no local messages` };
    }
  }
  return undefined;
}

function isShared(filter: string): boolean {
  return filter.startsWith("$share/");
}

function toSubscription({ qos, nl = false, rap = false }: ISubscription): Subscription {
  return { qos: qos === 0 ? 0 : 1, noLocal: nl, retainAsPublished: rap };
}
