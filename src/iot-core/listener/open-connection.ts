import type { TLSSocket } from "node:tls";
import type { IConnectPacket, Packet } from "mqtt-packet";
import type { ConnectOutcome } from "./connection-attempt.ts";
import type { JudgeConnect } from "./judge-connect.ts";
import { toKeepAliveSeconds } from "./keep-alive.ts";
import { createPacketStream, type StreamFault } from "./packet-stream.ts";
import { readPeer } from "./read-peer.ts";
import type { Report } from "./report.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

const connectTimeoutMilliseconds = 5000;

export interface OpenConnectionDeps {
  readonly judgeConnect: JudgeConnect;
  readonly report: Report;
  readonly sessions: Sessions;
}

/** Serves one connection from the end of its TLS handshake. */
export function openConnection(
  { judgeConnect, report, sessions }: OpenConnectionDeps,
  socket: TLSSocket,
): void {
  const peer = readPeer(socket);
  let session: Session | undefined;
  let isDecided = false;
  let socketError: string | undefined;

  const decide = (outcome: ConnectOutcome, { clientId, detail }: Particulars = {}) => {
    if (isDecided) return;
    isDecided = true;
    clearTimeout(deadline);
    if (outcome !== "ACCEPTED") stream.close();
    report(peer, { clientId, outcome, detail });
  };

  const connect = (packet: IConnectPacket) => {
    const { clientId } = packet;
    const judgement = judgeConnect(peer, packet);
    if (judgement.outcome !== "ACCEPTED") {
      return decide(judgement.outcome, { clientId, detail: judgement.detail });
    }
    const keepAliveSeconds = toKeepAliveSeconds(packet.keepalive ?? 0);
    session = sessions.start({ admission: judgement, peer, keepAliveSeconds, stream });
    stream.send({ cmd: "connack", returnCode: 0, sessionPresent: false });
    decide("ACCEPTED", { clientId });
  };

  const onPacket = (packet: Packet) => {
    if (session !== undefined) session.handle(packet);
    else if (packet.cmd === "connect") connect(packet);
    else decide("CONNECT_EXPECTED", { detail: `it was ${packet.cmd}` });
  };

  const onFault = (fault: StreamFault, detail?: string) => {
    if (session !== undefined) session.end(fault, detail);
    else decide(fault === "RECEIVER_TOO_SLOW" ? "SERVER_ERROR" : fault, { detail });
  };

  const stream = createPacketStream(socket, { onPacket, onFault });
  const deadline = setTimeout(() => decide("CONNECT_TIMEOUT"), connectTimeoutMilliseconds);
  socket.on("error", (error) => {
    socketError = error.message;
  });
  socket.on("close", () => {
    if (session !== undefined) session.end("CONNECTION_LOST");
    else decide("CLOSED_BEFORE_CONNECT", { detail: socketError });
  });
}

interface Particulars {
  readonly clientId?: string;
  readonly detail?: string | undefined;
}
