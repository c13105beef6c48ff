import type { ConnectionDescription } from "../device-connections.ts";
import { toErrorText } from "../error-text.ts";
import type { ConnectRequest, Peer } from "./connection-attempt.ts";
import type { ConnectionHistory } from "./connection-history.ts";
import type { Admission } from "./judge-connect.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import type { Message } from "./message.ts";
import type { PacketStream } from "./packet-stream.ts";
import type { Report } from "./report.ts";
import {
  type SessionPresence,
  toConnectedEvents,
  toDisconnectedEvents,
  toSubscriptionEvents,
} from "./reserved-events.ts";
import {
  type Connection,
  type ConnectionDeps,
  createConnection,
  type Ended,
} from "./session/create-connection.ts";
import { endMeanings } from "./session-end.ts";
import { hasExpired, type SessionState } from "./session-state.ts";
import type { StoredSessions } from "./stored-sessions.ts";
import { toWillMessage } from "./will.ts";

/** The sessions of the endpoint, with and without a connection: at most one for each client id. */
export interface Sessions {
  /** Ends the older connection of the same client id; the new one has yet to begin. */
  start(input: StartSessionInput): Connection;
  find(clientId: string): SessionState | undefined;
  connectionOf(clientId: string): ConnectedSession | undefined;
  connected(): Iterable<ConnectedSession>;
  /** Drops a session that is away, with all that waits for it. */
  discard(session: SessionState): void;
  endThoseOf(certificateId: string): void;
  endAll(): void;
  discardExpired(): void;
}

interface StartSessionInput {
  readonly admission: Admission;
  readonly peer: Peer;
  readonly request: ConnectRequest;
  readonly stream: PacketStream;
  readonly socket: NonNullable<ConnectionDescription["socket"]>;
}

/** A connection with what is told of it. */
export interface ConnectedSession {
  readonly connection: Connection;
  readonly input: StartSessionInput;
  readonly presence: SessionPresence;
  readonly since: Date;
}

export interface SessionsDeps
  extends ConnectionDeps,
    Pick<ListenerDeps, "publishEvent" | "onMessage"> {
  readonly history: ConnectionHistory;
  readonly report: Report;
  readonly stored: StoredSessions;
  readonly describe: (connected: ConnectedSession) => ConnectionDescription;
}

/** AWS tells no limit. The session that is away the longest gives way. */
const maximumAway = 10_000;

export function createSessions(deps: SessionsDeps): Sessions {
  const { now, queues, router, stored, history, publishEvent } = deps;
  const away = new Map<string, SessionState>();
  const connected = new Map<string, ConnectedSession>();

  const discard = (session: SessionState) => {
    router.unsubscribeAll(session);
    queues.removeAll(session.clientId);
    stored.remove(session);
    if (away.get(session.clientId) === session) away.delete(session.clientId);
  };

  const keep = (session: SessionState) => {
    away.set(session.clientId, session);
    const [oldest] = away.values();
    if (away.size > maximumAway && oldest !== undefined) discard(oldest);
  };

  for (const { session, subscriptions } of stored.load()) {
    for (const [filter, subscription] of subscriptions) {
      router.subscribe(session, filter, subscription);
    }
    keep(session);
  }
  queues.keepOnly((owner) => away.has(owner) || router.groups.find(owner) !== undefined);

  const find = (clientId: string): SessionState | undefined => {
    const session = connected.get(clientId)?.connection.session ?? away.get(clientId);
    return session !== undefined && hasExpired(session, now()) ? undefined : session;
  };

  /**
   * Whether a session can be taken up. Another certificate must be allowed all that it subscribed to
   * itself; what AWS IoT asks of it is not documented.
   */
  const canResume = (left: SessionState, { principal, terms }: Admission): boolean =>
    left.protocolVersion === terms.protocolVersion &&
    !terms.cleanStart &&
    !hasExpired(left, now()) &&
    (left.certificateId === principal.certificateId ||
      [...left.subscriptions.keys()].every(
        (filter) => deps.authorize(principal, "iot:Subscribe", filter) === "allowed",
      ));

  /** Takes up the session that the client left, or begins an empty one. */
  const open = (admission: Admission) => {
    const { clientId, certificateId } = admission.principal;
    const { protocolVersion, keepAliveSeconds, expirySeconds } = admission.terms;
    const left = away.get(clientId);
    const resumed = left !== undefined && canResume(left, admission) ? left : undefined;
    if (left !== undefined && resumed === undefined) discard(left);
    const session: SessionState = Object.assign(
      resumed ?? { clientId, protocolVersion, subscriptions: new Map(), isStored: false },
      {
        certificateId,
        keepAliveSeconds,
        expirySeconds,
        receiver: undefined,
        disconnectedAt: undefined,
        disconnectReason: undefined,
      },
    );
    away.delete(clientId);
    stored.save(session);
    return { session, isResumed: resumed !== undefined };
  };

  /** Keeps what the session has to outlive its connection for. */
  const leave = (session: SessionState, { cause, unacknowledged }: Ended) => {
    session.receiver = undefined;
    session.disconnectedAt = now();
    session.disconnectReason = endMeanings[cause].reason;
    if (session.expirySeconds === 0) discard(session);
    else {
      stored.save(session);
      keep(session);
    }
    for (const { message, queued, group } of unacknowledged) {
      if (group !== undefined) {
        if (queued !== undefined) queues.remove(queued.owner, queued.entry);
        router.groups.deliver(group, message);
      } else if (queued === undefined && session.expirySeconds > 0) {
        queues.add(session.clientId, message);
      }
    }
  };

  const hand = (message: Message, { principal }: Admission) => {
    const { clientId, certificateId } = principal;
    deps.onMessage?.({ topic: message.topic, payload: message.payload, clientId, certificateId });
    deps.publish(message);
  };

  const depart = (ended: Ended, whole: ConnectedSession) => {
    const { admission } = whole.input;
    const { session } = whole.connection;
    leave(session, ended);
    const { reason } = endMeanings[ended.cause];
    history.add(
      { ...deps.describe(whole), isConnected: false, since: now(), disconnectReason: reason },
      whole.presence.versionNumber,
    );
    for (const event of toDisconnectedEvents(whole.presence, reason, now())) publishEvent(event);
    if (ended.publishesWill && admission.will !== undefined) {
      hand(toWillMessage(admission.will, session.clientId, now()), admission);
    }
  };

  /** Never throws: timers and sockets end connections too, and nobody would catch it there. */
  const finish = (ended: Ended, whole: ConnectedSession) => {
    const { peer, request } = whole.input;
    const { cause: outcome, detail } = ended;
    const { clientId } = whole.connection.session;
    if (connected.get(clientId) === whole) connected.delete(clientId);
    if (outcome !== "LISTENER_CLOSED") deps.report(peer, request, { outcome, detail });
    try {
      depart(ended, whole);
    } catch (error) {
      deps.report(peer, request, { outcome: "SERVER_ERROR", detail: toErrorText(error) });
    }
  };

  const start = (input: StartSessionInput): Connection => {
    const { admission, peer, request, stream } = input;
    const { clientId } = admission.principal;
    connected.get(clientId)?.connection.end("CONNECTION_TAKEN_OVER");
    const presence = {
      ...admission.presence,
      versionNumber: history.nextVersionNumber(clientId),
    };
    const { session, isResumed } = open(admission);
    const connection = createConnection(
      { ...deps, publish: (message) => hand(message, admission) },
      {
        admission,
        session,
        stream,
        isResumed,
        onBegin: () => {
          for (const event of toConnectedEvents(presence, now())) publishEvent(event);
        },
        onRefused: (outcome, detail) => deps.report(peer, request, { outcome, detail }),
        onSubscriptions: (change, filters) => {
          stored[change](session, filters);
          const events = toSubscriptionEvents(change, presence, filters, now());
          for (const event of events) publishEvent(event);
        },
        onEnd: (ended) => finish(ended, whole),
      },
    );
    const whole: ConnectedSession = { connection, input, presence, since: now() };
    session.receiver = connection;
    connected.set(clientId, whole);
    return connection;
  };

  return {
    start,
    find,
    connectionOf: (clientId) => connected.get(clientId),
    connected: () => connected.values(),
    discard,
    endThoseOf: (certificateId) => {
      for (const { connection } of connected.values()) {
        if (connection.session.certificateId === certificateId) {
          connection.end("CERTIFICATE_DEACTIVATED");
        }
      }
    },
    endAll: () => {
      for (const { connection } of connected.values()) connection.end("LISTENER_CLOSED");
    },
    discardExpired: () => {
      for (const session of away.values()) if (hasExpired(session, now())) discard(session);
    },
  };
}
