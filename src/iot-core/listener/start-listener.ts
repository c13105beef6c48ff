import { constants } from "node:crypto";
import { once } from "node:events";
import { createServer, type TLSSocket } from "node:tls";
import { generate, type IConnectPacket, type Packet, parser } from "mqtt-packet";
import { IotCoreError } from "../iot-core-error.ts";
import { type ConnectionOutcome, outcomes } from "./connection-attempt.ts";
import { judgeCertificate } from "./judge-certificate.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { type Client, readPermissions } from "./permissions.ts";
import { type ClientCertificate, readClientChain } from "./read-client-chain.ts";
import { createSession, type Message, type Session } from "./session.ts";

export interface Listener {
  readonly port: number;
  /** Hands a message to whoever subscribed to it, as a publish from the cloud does. */
  publish(message: Message): void;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
/** A packet of 128 KiB payload, its topic and headers. */
const maxPacketBytes = 140 * 1024;
/** AWS IoT's bounds of the keep-alive, in seconds; 0 and more mean the upper one. */
const minKeepAlive = 30;
const maxKeepAlive = 1_200;
const mqttOverAlpn = "x-amzn-mqtt-ca";

/**
 * Starts the device endpoint: MQTT 3.1.1 over mutual TLS 1.2 and 1.3 on loopback.
 *
 * A client is judged when its CONNECT arrives, not at the handshake, and a refused one is closed
 * without CONNACK, as AWS IoT does. The server name (SNI) has to be the endpoint's; `localhost` is
 * taken for it, since local clients send the name they dial. Node cannot choose TLS alerts: where
 * AWS might send one, the connection is just closed.
 *
 * @throws PORT_IN_USE
 */
export async function startListener(deps: ListenerDeps): Promise<Listener> {
  const sessions = new Map<string, Session>();
  const sockets = new Set<TLSSocket>();
  const route = (message: Message): void => {
    for (const session of sessions.values()) session.deliver(message);
  };
  const server = createServer({
    key: deps.server.keyPem,
    cert: deps.server.certificatePem,
    requestCert: true,
    // Certificates are judged against the registry, at the CONNECT.
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    maxVersion: deps.maxTlsVersion ?? "TLSv1.3",
    // A resumed session has lost the client's chain.
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: connectTimeoutMs,
    ALPNCallback: ({ protocols }) => protocols.find((name) => name === mqttOverAlpn),
  });
  server.on("tlsClientError", (error, socket) => {
    reportAttempt(deps, socket, "TLS_FAILED", { detail: error.message });
  });
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    serve(deps, socket, sessions, route);
  });
  const stopWatching = deps.onCertificateStatus((certificateId, status) => {
    if (status === "ACTIVE") return;
    for (const session of sessions.values()) {
      if (session.client.certificateId === certificateId) session.end();
    }
  });
  await listen(server, deps.port);
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    publish: route,
    close: async () => {
      stopWatching();
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, "close");
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new IotCoreError("PORT_IN_USE", `Port ${port}, for MQTT, is in use by another program.`, {
      cause: error,
    });
  }
}

function serve(
  deps: ListenerDeps,
  socket: TLSSocket,
  sessions: Map<string, Session>,
  route: (message: Message) => void,
): void {
  let session: Session | undefined;
  let unparsed = 0;
  const refuse = (outcome: ConnectionOutcome): void => {
    if (session === undefined && !socket.destroyed) reportAttempt(deps, socket, outcome);
    socket.destroy();
  };
  const patience = setTimeout(() => refuse("CONNECT_TOO_LATE"), connectTimeoutMs);
  const packets = parser({ protocolVersion: 4 });

  packets.on("packet", (packet: Packet) => {
    unparsed = 0;
    if (socket.destroyed) return;
    if (session) {
      if (!session.take(packet)) socket.destroy();
      return;
    }
    clearTimeout(patience);
    if (packet.cmd !== "connect") return refuse("PROTOCOL_ERROR");
    session = open(deps, socket, packet, route);
    if (session === undefined) return void socket.destroy();
    // AWS IoT: the newer connection with a client id wins.
    sessions.get(session.client.clientId)?.end();
    sessions.set(session.client.clientId, session);
    socket.setTimeout(toKeepAliveMs(packet.keepalive), () => socket.destroy());
    socket.write(generate({ cmd: "connack", returnCode: 0, sessionPresent: false }));
  });
  packets.on("error", () => refuse("PROTOCOL_ERROR"));
  socket.on("data", (chunk: Buffer) => {
    unparsed += chunk.length;
    packets.parse(chunk);
    if (unparsed > maxPacketBytes) refuse("PROTOCOL_ERROR");
  });
  // A broken connection is the client's affair; it ends in "close" all the same.
  socket.on("error", () => {});
  socket.on("close", () => {
    clearTimeout(patience);
    const clientId = session?.client.clientId;
    if (clientId !== undefined && sessions.get(clientId) === session) sessions.delete(clientId);
  });
}

/** Judges a CONNECT; undefined refuses it. */
function open(
  deps: ListenerDeps,
  socket: TLSSocket,
  packet: IConnectPacket,
  route: (message: Message) => void,
): Session | undefined {
  const { clientId } = packet;
  const chain = readClientChain(socket);
  const [leaf] = chain;
  const refuse = (outcome: ConnectionOutcome, detail?: string): undefined => {
    reportAttempt(deps, socket, outcome, {
      chain,
      clientId,
      ...(detail !== undefined && { detail }),
    });
    return undefined;
  };
  if (packet.protocolVersion !== 4) return refuse("PROTOCOL_NOT_SUPPORTED");
  if (clientId === "" || clientId.startsWith("$") || Buffer.byteLength(clientId) > 128) {
    return refuse("CLIENT_ID_INVALID");
  }
  const judged = judgeCertificate(deps, leaf, socket.servername || undefined);
  if (!("active" in judged) || leaf === undefined) {
    return "active" in judged ? undefined : refuse(judged.outcome, judged.detail);
  }
  const client: Client = { clientId, ...leaf };
  const permissions = readPermissions(deps, client);
  if (!permissions.allows("Connect", `client/${clientId}`)) {
    publishConnectFailed(deps, client, socket);
    return refuse(permissions.hasPolicy ? "CONNECT_NOT_ALLOWED" : "NO_POLICY");
  }
  reportAttempt(deps, socket, "ACCEPTED", { chain, clientId });
  return createSession(deps, client, socket, route);
}

function publishConnectFailed(
  { now, publishEvent }: ListenerDeps,
  { clientId, certificateId }: Client,
  { remoteAddress }: TLSSocket,
): void {
  // AWS IoT publishes no presence for client ids that would be wildcards in the topic.
  if (/[+#]/.test(clientId)) return;
  publishEvent({
    topic: `$aws/events/presence/connect_failed/${clientId}`,
    payload: {
      clientId,
      timestamp: now().getTime(),
      eventType: "connect_failed",
      connectFailureReason: "AUTHORIZATION_FAILED",
      principalIdentifier: certificateId,
      ipAddress: remoteAddress,
    },
  });
}

function toKeepAliveMs(seconds: number | undefined): number {
  const asked = seconds === undefined || seconds === 0 ? maxKeepAlive : seconds;
  return Math.min(Math.max(asked, minKeepAlive), maxKeepAlive) * 1_500;
}

function reportAttempt(
  { now, report }: ListenerDeps,
  socket: TLSSocket,
  outcome: ConnectionOutcome,
  seen: {
    readonly chain?: readonly ClientCertificate[];
    readonly clientId?: string;
    readonly detail?: string;
  } = {},
): void {
  const { remoteAddress, servername } = socket;
  const { detail, clientId } = seen;
  const chain = seen.chain ?? (outcome === "TLS_FAILED" ? [] : readClientChain(socket));
  const tlsVersion = outcome === "TLS_FAILED" ? undefined : socket.getProtocol();
  report({
    at: now(),
    outcome,
    detail: detail === undefined ? outcomes[outcome] : `${outcomes[outcome]} ${detail}`,
    ...(remoteAddress !== undefined && { remoteAddress }),
    ...(tlsVersion && { tlsVersion, cipher: socket.getCipher().standardName }),
    ...(servername && { serverName: servername }),
    chain: chain.map(({ certificateId, certificate }) => ({
      certificateId,
      subject: certificate.subject.replaceAll("\n", ", "),
    })),
    ...(clientId !== undefined && { clientId }),
  });
}
