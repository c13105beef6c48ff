import type { IDisconnectPacket, Packet } from "mqtt-packet";
import { toErrorText } from "../../error-text.ts";
import type { ResolveThing } from "../../policy/resolve-thing.ts";
import type { Quotas } from "../../quotas/quotas.ts";
import type { Authorize, FindDenial } from "../authorize.ts";
import type { CheckMessage } from "../check-message.ts";
import { checkProperties } from "../check-properties.ts";
import { toConnack } from "../connack.ts";
import { maximumExpirySeconds } from "../connect-terms.ts";
import type { SessionOutcome } from "../connection-attempt.ts";
import type { Admission } from "../judge-connect.ts";
import type { Message } from "../message.ts";
import type { MessageQueues } from "../message-queues.ts";
import { toSentence } from "../outcome-sentences.ts";
import type { PacketStream } from "../packet-stream.ts";
import type { RetainedStore } from "../retained-store.ts";
import type { Router } from "../router.ts";
import { endMeanings, type SessionEnd } from "../session-end.ts";
import type { Receiver, SessionState } from "../session-state.ts";
import { createDeliveries } from "./create-deliveries.ts";
import { createPublishHandler } from "./handle-publish.ts";
import { createSubscriptionHandler } from "./handle-subscriptions.ts";
import { createOutbox, type Delivery } from "./outbox.ts";

/** A connection that was accepted. */
export interface Connection extends Receiver {
  readonly session: SessionState;
  /** Answers with CONNACK, and sends what waited for the client. */
  begin(): void;
  handle(packet: Packet): void;
  /** Closes the connection; does nothing the second time. */
  end(cause: SessionEnd, options?: EndOptions): void;
}

interface EndOptions {
  readonly detail?: string | undefined;
  /** Whether the will is published; by default unless the client or the listener closed. */
  readonly publishesWill?: boolean;
}

/** How a connection ended, and what it leaves behind. */
export interface Ended {
  readonly cause: SessionEnd;
  readonly detail: string | undefined;
  readonly publishesWill: boolean;
  readonly unacknowledged: readonly Delivery[];
}

export interface ConnectionDeps {
  readonly authorize: Authorize;
  readonly findDenial: FindDenial;
  readonly checkMessage: CheckMessage;
  readonly resolveThing: ResolveThing;
  readonly queues: MessageQueues;
  readonly quotas: Quotas;
  readonly retained: RetainedStore;
  readonly router: Router;
  readonly now: () => Date;
  /** Hands a message on that the client was allowed to publish. */
  readonly publish: (message: Message) => void;
}

export interface ConnectionInput {
  readonly admission: Admission;
  readonly session: SessionState;
  readonly stream: PacketStream;
  /** Whether the client had left the session. */
  readonly isResumed: boolean;
  readonly onBegin: () => void;
  /** Told of what the client is refused without losing its connection. */
  readonly onRefused: (outcome: SessionOutcome, detail?: string) => void;
  /** Told of the filters that the client was granted, or gave up. */
  readonly onSubscriptions: (
    change: "subscribed" | "unsubscribed",
    filters: readonly string[],
  ) => void;
  readonly onEnd: (ended: Ended) => void;
}

/** A client that goes on and on must not fill the log. */
const maximumRefusals = 100;

/** Serves the packets of a connection, and sends it what it may receive. */
export function createConnection(deps: ConnectionDeps, input: ConnectionInput): Connection {
  const { queues, now } = deps;
  const { stream, session, admission } = input;
  const { principal, terms } = admission;
  const { sessionIdentifier } = admission.presence;
  const { protocolVersion } = terms;
  let isEnded = false;
  let refusals = 0;

  const outbox = createOutbox({
    stream,
    now,
    protocolVersion,
    receiveMaximum: terms.receiveMaximum,
    topicAliasMaximum: terms.topicAliasMaximum,
    onDone: ({ queued }) => {
      if (queued !== undefined) queues.remove(queued.owner, queued.entry);
    },
  });
  const fail = (error: unknown) => end("SERVER_ERROR", { detail: toErrorText(error) });
  const deliveries = createDeliveries(deps, {
    principal,
    session,
    outbox,
    sessionIdentifier,
    onError: fail,
  });

  const end = (cause: SessionEnd, options: EndOptions = {}) => {
    if (isEnded) return;
    isEnded = true;
    const {
      detail,
      publishesWill = cause !== "CLIENT_DISCONNECTED" && cause !== "LISTENER_CLOSED",
    } = options;
    clearTimeout(keepAlive);
    deliveries.stop();
    try {
      sendDisconnect(cause, detail);
    } finally {
      stream.close();
      input.onEnd({ cause, detail, publishesWill, unacknowledged: outbox.unacknowledged() });
    }
  };
  const sendDisconnect = (cause: SessionEnd, detail: string | undefined) => {
    const meaning = endMeanings[cause];
    if (protocolVersion === 4 || !("code" in meaning)) return;
    const properties =
      terms.wantsReasons && cause !== "LISTENER_CLOSED"
        ? { reasonString: toSentence(cause, detail) }
        : {};
    stream.send({ cmd: "disconnect", reasonCode: meaning.code, properties });
  };

  const context = {
    session,
    principal,
    terms,
    sessionIdentifier,
    stream,
    end,
    onRefused: (outcome: SessionOutcome, detail?: string) => {
      refusals += 1;
      if (refusals <= maximumRefusals) input.onRefused(outcome, detail);
    },
  };
  const publish = createPublishHandler(deps, context);
  const subscriptions = createSubscriptionHandler(deps, {
    ...context,
    onSubscriptions: input.onSubscriptions,
    takeOver: deliveries.takeOver,
    deliverRetained: deliveries.deliverRetained,
  });

  const disconnect = ({ reasonCode, properties }: IDisconnectPacket) => {
    const expirySeconds = properties?.sessionExpiryInterval;
    if (expirySeconds !== undefined) {
      if (expirySeconds > 0 && session.expirySeconds === 0) {
        return end("PROTOCOL_ERROR", { detail: "a session expiry after a CONNECT without one" });
      }
      session.expirySeconds = Math.min(expirySeconds, maximumExpirySeconds);
    }
    // 4 is "disconnect with will message".
    end("CLIENT_DISCONNECTED", { publishesWill: reasonCode === 4 });
  };

  const dispatch = (packet: Packet) => {
    switch (packet.cmd) {
      case "publish":
        return publish(packet);
      case "subscribe":
        return subscriptions.subscribe(packet);
      case "unsubscribe":
        return subscriptions.unsubscribe(packet);
      case "pingreq":
        stream.send({ cmd: "pingresp" });
        return;
      case "puback":
        return outbox.acknowledge(packet.messageId ?? 0);
      case "disconnect":
        return disconnect(packet);
      case "auth":
        return end("AUTH_UNSUPPORTED");
      default:
        return end("PACKET_UNEXPECTED", { detail: packet.cmd });
    }
  };

  const keepAlive = setTimeout(
    () => end("KEEP_ALIVE_EXPIRED"),
    terms.keepAliveSeconds * 1500, // one and a half times, in milliseconds
  );
  return {
    session,
    begin: () => {
      stream.send(toConnack(terms, input.isResumed));
      input.onBegin();
      deliveries.begin();
    },
    handle: (packet) => {
      keepAlive.refresh();
      const fault = protocolVersion === 5 ? checkProperties(packet) : undefined;
      if (fault === undefined) dispatch(packet);
      else end(fault.fault, { detail: fault.detail });
    },
    deliver: (...message) => {
      try {
        return deliveries.deliver(...message);
      } catch (error) {
        // What fails for one receiver must strike neither the publisher nor the others.
        fail(error);
        return false;
      }
    },
    takeOver: deliveries.takeOver,
    end,
  };
}
