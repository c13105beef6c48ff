import { createServer, type TLSSocket } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { createServerIdentity } from "../src/iot-core/listener/create-server-identity.ts";
import { startIotCore } from "../src/iot-core/start-iot-core.ts";
import { identity } from "../test/support/identity.ts";

/** A server in a process of its own, so that its memory and its core are its own. */
const server = await createServerIdentity(["localhost"]);
const now = () => new Date();

/** The stand-in as `npm start` has it, without quotas. */
async function startStandIn() {
  const iotCore = await startIotCore({
    stateFile: ":memory:",
    controlPlanePort: 0,
    identity: { ...identity, endpointAddress: "localhost" },
    now,
    listener: { port: 0, server, report: () => {} },
  });
  return { port: iotCore.listener?.port, controlPlaneUrl: iotCore.controlPlaneUrl };
}

/**
 * The least that could serve the same clients: TLS that asks for a certificate, and MQTT packets
 * that are read and answered. It judges nobody, and hands a message to the one client whose id is
 * the message's topic.
 */
async function startBare() {
  const clients = new Map<string, TLSSocket>();
  const bare = createServer({
    key: server.keyPem,
    cert: server.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  bare.on("secureConnection", (socket) => {
    const mqtt = parser({ protocolVersion: 4 });
    mqtt.on("packet", (packet) => answer(socket, packet));
    socket.on("data", (chunk) => mqtt.parse(chunk));
    socket.on("error", () => {});
  });
  const answer = (socket: TLSSocket, packet: Packet) => {
    if (packet.cmd === "connect" && packet.clientId.startsWith("unknown")) socket.end();
    else if (packet.cmd === "connect") {
      clients.set(packet.clientId, socket);
      socket.write(generate({ cmd: "connack", returnCode: 0, sessionPresent: false }));
    } else if (packet.cmd === "subscribe") {
      socket.write(generate({ cmd: "suback", messageId: packet.messageId ?? 1, granted: [1] }));
    } else if (packet.cmd === "publish") {
      socket.write(generate({ cmd: "puback", messageId: packet.messageId ?? 1 }));
      clients.get(packet.topic)?.write(generate(packet));
    }
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  bare.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = bare.address();
  return { port: typeof address === "object" ? address?.port : undefined };
}

const started = process.argv[2] === "bare" ? await startBare() : await startStandIn();
process.on("message", () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage().rss);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ ...started, caPem: server.caPem });
