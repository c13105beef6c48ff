import type { Authorize, ResolveThing } from "./authorize.ts";
import type { CheckMessage } from "./check-message.ts";
import type { Admission } from "./judge-connect.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import type { PacketStream } from "./packet-stream.ts";
import type { ConnectedPeer } from "./read-peer.ts";
import type { Report } from "./report.ts";
import { toConnectedEvents, toDisconnectedEvents } from "./reserved-events.ts";
import { createSession, type Message, type Session } from "./session.ts";
import { disconnectReasons, type SessionEnd } from "./session-end.ts";
import { createSubscriptionTree } from "./subscription-tree.ts";

/** The accepted connections of the endpoint: at most one for each client id. */
export interface Sessions {
  /** Ends the older session of the same client id. */
  start(input: StartSessionInput): Session;
  publish(message: Message): void;
  endThoseOf(certificateId: string): void;
  endAll(): void;
}

interface StartSessionInput {
  readonly admission: Admission;
  readonly peer: ConnectedPeer;
  readonly keepAliveSeconds: number;
  readonly stream: PacketStream;
}

interface SessionsDeps extends Pick<ListenerDeps, "now" | "publishEvent"> {
  readonly authorize: Authorize;
  readonly checkMessage: CheckMessage;
  readonly resolveThing: ResolveThing;
  readonly report: Report;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const { authorize, checkMessage, resolveThing } = deps;
  const sessions = new Map<string, Session>();
  const subscriptions = createSubscriptionTree<Session>();
  let versionNumber = 0;

  const publish = (message: Message) => {
    for (const [session, granted] of subscriptions.match(message.topic)) {
      session.deliver(message, granted);
    }
  };

  const start = ({ admission, peer, ...input }: StartSessionInput) => {
    const { clientId } = admission.principal;
    sessions.get(clientId)?.end("CONNECTION_TAKEN_OVER");
    // One count for all clients: AWS promises growing numbers, not consecutive ones.
    const presence = { ...admission.presence, versionNumber };
    versionNumber += 1;

    const onEnd = (ended: Session, cause: SessionEnd, detail?: string) => {
      if (sessions.get(clientId) === ended) sessions.delete(clientId);
      if (cause === "LISTENER_CLOSED") return;
      for (const event of toDisconnectedEvents(presence, disconnectReasons[cause], deps.now())) {
        deps.publishEvent(event);
      }
      if (cause === "CLIENT_DISCONNECTED" || cause === "CONNECTION_LOST") return;
      deps.report(peer, { clientId, outcome: cause, detail });
    };
    const session = createSession(
      { authorize, checkMessage, resolveThing, subscriptions, publish },
      {
        ...input,
        admission,
        onEnd,
        onSubscriptionRefused: (detail) =>
          deps.report(peer, { clientId, outcome: "SUBSCRIBE_DENIED", detail }),
      },
    );
    sessions.set(clientId, session);
    for (const event of toConnectedEvents(presence, deps.now())) deps.publishEvent(event);
    return session;
  };

  return {
    start,
    publish,
    endThoseOf: (certificateId) => {
      for (const session of sessions.values()) {
        if (session.certificateId === certificateId) session.end("CERTIFICATE_DEACTIVATED");
      }
    },
    endAll: () => {
      for (const session of sessions.values()) session.end("LISTENER_CLOSED");
    },
  };
}
