import { constants } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { listen } from "../listen.ts";
import { createAuthorize, createResolveThing } from "./authorize.ts";
import { createCheckMessage } from "./check-message.ts";
import { createJudgeCertificate } from "./judge-certificate.ts";
import { createJudgeConnect } from "./judge-connect.ts";
import type { ListenerDeps } from "./listener-deps.ts";
import { openConnection } from "./open-connection.ts";
import { createReport, type Report } from "./report.ts";
import { createSessions } from "./sessions.ts";

const handshakeTimeoutMilliseconds = 5000;
const backlog = 1024;

export interface Listener {
  readonly port: number;
  /** Sends a message as the cloud would, to every subscriber that may receive it. */
  publish(topic: string, payload: string | Uint8Array): void;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts the device endpoint of AWS IoT Core: MQTT 3.1.1 over mutual TLS 1.2 and 1.3, with
 * just-in-time registration.
 *
 * Certificates are judged at the CONNECT packet; a mere handshake registers nothing. A refused
 * client sees its connection closed without CONNACK. The server name (SNI) is required as AWS
 * requires it, and must be the endpoint's address or `localhost`: dial the latter, not 127.0.0.1.
 *
 * Unlike AWS IoT: policies count at once, and a deactivated certificate's connections end at once.
 * A persistent session is accepted but begins empty each time. MQTT 5, retained messages, device
 * shadows and basic ingest are refused, never ignored.
 *
 * @throws PORT_IN_USE
 */
export async function startListener(deps: ListenerDeps): Promise<Listener> {
  const report = createReport(deps);
  const resolveThing = createResolveThing(deps);
  const authorize = createAuthorize({ ...deps, resolveThing });
  const checkMessage = createCheckMessage({ authorize, resolveThing });
  const judgeCertificate = createJudgeCertificate(deps);
  const judgeConnect = createJudgeConnect({
    ...deps,
    authorize,
    checkMessage,
    judgeCertificate,
    resolveThing,
  });
  const sessions = createSessions({ ...deps, authorize, checkMessage, resolveThing, report });

  const server = createTlsServer(deps);
  server.on("secureConnection", (socket) =>
    openConnection({ judgeConnect, report, sessions }, socket),
  );
  server.on("tlsClientError", (error, socket) => reportTlsFailure(report, error, socket));
  const sockets = trackSockets(server);
  const port = await listen(server, { port: deps.port, backlog });

  const stopWatching = deps.onCertificateStatus((certificateId, status) => {
    if (status !== "ACTIVE") sessions.endThoseOf(certificateId);
  });
  return {
    port,
    publish: (topic, payload) => sessions.publish({ topic, payload: Buffer.from(payload), qos: 1 }),
    close: async () => {
      stopWatching();
      sessions.endAll();
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
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
    tlsVersion: undefined,
    cipher: undefined,
    serverName: socket.servername || undefined,
    chain: [],
  };
  // OpenSSL's own message has addresses and file names around the reason.
  const detail = "reason" in error ? String(error.reason) : error.message;
  report(peer, { clientId: undefined, outcome: "TLS_FAILED", detail });
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
