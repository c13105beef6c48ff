import type { TLSSocket } from "node:tls";
import type { IConnectPacket, Packet } from "mqtt-packet";
import { toRefusal } from "./connack.ts";
import { toConnectRequest, toConnectTerms } from "./connect-terms.ts";
import type { ConnectOutcome } from "./connection-attempt.ts";
import type { JudgeConnect } from "./judge-connect.ts";
import { toSentence } from "./outcome-sentences.ts";
import { createPacketStream, type StreamFault } from "./packet-stream.ts";
import { readPeer } from "./read-peer.ts";
import { noRequest, type Report } from "./report.ts";
import type { Connection } from "./session/create-connection.ts";
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
  const { peer, certificate: shown } = readPeer(socket);
  // Let go of once it is judged: as long as it is there, so is all that OpenSSL keeps of it.
  let certificate = shown;
  let connection: Connection | undefined;
  let request = noRequest;
  let isDecided = false;
  let socketError: string | undefined;

  const decide = (outcome: ConnectOutcome, detail?: string) => {
    if (isDecided) return;
    isDecided = true;
    clearTimeout(deadline);
    certificate = undefined;
    if (outcome !== "ACCEPTED") stream.close();
    report(peer, request, { outcome, detail });
  };

  const connect = (packet: IConnectPacket) => {
    const terms = toConnectTerms(packet);
    const { protocolVersion, maximumPacketSize } = terms;
    stream.use({ protocolVersion, maximumPacketSize });
    request = toConnectRequest(packet, terms.clientId);
    const judgement = judgeConnect({ peer, certificate, packet, terms });
    if (judgement.outcome === "ACCEPTED") {
      const socketPorts = { sourcePort: socket.remotePort ?? 0, targetPort: socket.localPort ?? 0 };
      connection = sessions.start({
        admission: judgement,
        peer,
        request,
        stream,
        socket: {
          ...socketPorts,
          sourceIp: peer.remoteAddress,
          targetIp: socket.localAddress ?? "",
        },
      });
      decide("ACCEPTED");
      return connection.begin();
    }
    const { outcome, detail } = judgement;
    const refusal = toRefusal(outcome, toSentence(outcome, detail), terms);
    if (refusal !== undefined) stream.send(refusal);
    return decide(outcome, detail);
  };

  const onPacket = (packet: Packet) => {
    if (connection !== undefined) connection.handle(packet);
    else if (packet.cmd === "connect") connect(packet);
    else decide("CONNECT_EXPECTED", `it was ${packet.cmd}`);
  };

  const onFault = (fault: StreamFault, detail?: string) => {
    if (connection !== undefined) connection.end(fault, { detail });
    else decide(fault === "RECEIVER_TOO_SLOW" ? "SERVER_ERROR" : fault, detail);
  };

  const stream = createPacketStream(socket, { onPacket, onFault });
  const deadline = setTimeout(() => decide("CONNECT_TIMEOUT"), connectTimeoutMilliseconds);
  socket.on("error", (error) => {
    socketError = error.message;
  });
  socket.on("close", () => {
    if (connection !== undefined) connection.end("CONNECTION_LOST", { detail: socketError });
    else decide("CLOSED_BEFORE_CONNECT", socketError);
  });
}
