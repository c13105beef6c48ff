import { constants } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { DeviceConnections } from "../device-connections.ts";
import { listen } from "../listen.ts";
import { createResolveThing } from "../policy/resolve-thing.ts";
import type { Quotas } from "../quotas/quotas.ts";
import type { RetainedMessages } from "../retained-messages.ts";
import { createAuthorization } from "./authorize.ts";
import { createCheckMessage } from "./check-message.ts";
import { createConnectionHistory } from "./connection-history.ts";
import { createDescribe, createDeviceConnections } from "./create-device-connections.ts";
import { describeTlsFailure } from "./describe-tls-failure.ts";
import { createJudgeCertificate } from "./judge-certificate.ts";
import { createJudgeConnect } from "./judge-connect.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import type { Message } from "./message.ts";
import { createMessageQueues } from "./message-queues.ts";
import { openConnection } from "./open-connection.ts";
import { createReport, noRequest, type Report } from "./report.ts";
import { createRetainedStore } from "./retained-store.ts";
import { createRouter } from "./router.ts";
import { createSessions } from "./sessions.ts";
import { createStoredSessions } from "./stored-sessions.ts";

const handshakeTimeoutMilliseconds = 5000;
const backlog = 1024;
const sweepMilliseconds = 60_000;

export interface Listener {
  readonly port: number;
  readonly connections: DeviceConnections;
  readonly retainedMessages: RetainedMessages;
  /** Ends every connection and frees the port. Sessions that persist are kept. */
  close(): Promise<void>;
}

/**
 * Starts the device endpoint of AWS IoT Core: MQTT 3.1.1 and 5 over mutual TLS 1.2 and 1.3, with
 * just-in-time registration.
 *
 * Certificates are judged at the CONNECT packet; a mere handshake registers nothing. A refused
 * client sees its connection closed without CONNACK, except by MQTT 5 where AWS documents a code.
 * The server name (SNI) is required as AWS requires it, and must be the endpoint's address or
 * `localhost`: dial the latter, not 127.0.0.1.
 *
 * Persistent sessions and retained messages are kept in the state file. What is under way to a
 * connected client is written there when its connection ends, so the sudden death of this process
 * loses it. Device shadows, basic ingest and the other services behind `$aws` are refused, never
 * ignored.
 *
 * @throws PORT_IN_USE
 */
export async function startListener(deps: ListenerDeps): Promise<Listener> {
  const report = createReport(deps);
  const broker = createBroker(deps, report);
  const { sessions } = broker;

  const server = createTlsServer(deps);
  server.on("secureConnection", (socket) => openConnection({ ...broker, report }, socket));
  server.on("tlsClientError", (error, socket) => reportTlsFailure(report, error, socket));
  const sockets = trackSockets(server);
  const port = await listen(server, { port: deps.port, backlog });
  // One client that cannot be accepted, as for want of a file descriptor, stops nothing.
  server.on("error", () => {});

  const stopWatching = watchCertificates(deps, (id) => sessions.endThoseOf(id));
  const sweep = setInterval(broker.forgetOld, sweepMilliseconds).unref();
  return {
    port,
    connections: broker.connections,
    retainedMessages: broker.retained,
    close: async () => {
      stopWatching();
      clearInterval(sweep);
      sessions.endAll();
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** All of the endpoint that needs no network. */
function createBroker(deps: ListenerDeps, report: Report) {
  const { now, tables, quotas = withoutQuotas } = deps;
  const resolveThing = createResolveThing(deps);
  const authorization = createAuthorization({ ...deps, resolveThing });
  const checkMessage = createCheckMessage({ ...authorization, resolveThing });
  const queues = createMessageQueues({ table: tables.queuedMessages, now });
  const retained = createRetainedStore({ table: tables.retainedMessages, now });
  const router = createRouter({ queues, now });
  const history = createConnectionHistory(now);
  const stored = createStoredSessions({ table: tables.sessions, now });
  const describe = createDescribe(resolveThing);
  const publish = (message: Message) => {
    if (message.retain && retained.canKeep(message)) retained.keep(message);
    router.publish(message);
  };

  const common = { ...deps, ...authorization, quotas, checkMessage, resolveThing };
  const judgeCertificate = createJudgeCertificate(common);
  const judgeConnect = createJudgeConnect({ ...common, judgeCertificate });
  const sessions = createSessions({
    ...common,
    queues,
    retained,
    router,
    history,
    stored,
    describe,
    publish,
    report,
  });
  const connections = createDeviceConnections({ ...common, sessions, history, describe, publish });
  return {
    judgeConnect,
    sessions,
    connections,
    retained,
    /** What fails is left to the next time. */
    forgetOld: () => {
      history.forgetOld();
      try {
        sessions.discardExpired();
        retained.removeExpired();
      } catch {}
    },
  };
}

const withoutQuotas: Quotas = { take: () => true };

/** Ends the connections of a certificate that is not ACTIVE any more, when AWS IoT would notice. */
function watchCertificates(
  { onCertificateStatus, findCertificate, propagationDelayMs = 0 }: ListenerDeps,
  endThoseOf: (certificateId: string) => void,
): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const stop = onCertificateStatus((certificateId, status) => {
    if (status === "ACTIVE") return;
    if (propagationDelayMs === 0) return endThoseOf(certificateId);
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (findCertificate(certificateId)?.status !== "ACTIVE") endThoseOf(certificateId);
    }, propagationDelayMs).unref();
    timers.add(timer);
  });
  return () => {
    stop();
    for (const timer of timers) clearTimeout(timer);
  };
}

function createTlsServer({ server, maxTlsVersion }: ListenerDeps): Server {
  return createServer({
    key: server.keyPem,
    cert: server.certificatePem,
    // No names of CAs are hinted: some clients withhold a certificate that fits none of them.
    ca: [],
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    maxVersion: maxTlsVersion ?? "TLSv1.3",
    // AWS IoT sends no session tickets; a resumed session would come without its chain.
    secureOptions: constants.SSL_OP_NO_TICKET,
    // https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
    ALPNProtocols: ["x-amzn-mqtt-ca"],
    handshakeTimeout: handshakeTimeoutMilliseconds,
  });
}

function reportTlsFailure(report: Report, error: Error, socket: TLSSocket): void {
  const peer = {
    remoteAddress: socket.remoteAddress ?? "",
    remotePort: socket.remotePort,
    tlsVersion: undefined,
    cipher: undefined,
    serverName: socket.servername || undefined,
    alpn: undefined,
    chain: [],
  };
  report(peer, noRequest, { outcome: "TLS_FAILED", detail: describeTlsFailure(error) });
  // Node leaves a client open that has let the time for its handshake pass.
  socket.destroy();
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}
