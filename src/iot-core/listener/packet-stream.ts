import type { TLSSocket } from "node:tls";
import { generate, type Packet } from "mqtt-packet";
import { toErrorText } from "../error-text.ts";
import { parsePacket } from "./parse-packet.ts";
import { createSplitPackets } from "./split-packets.ts";

const maximumUnsentBytes = 1024 * 1024;
const lingerMilliseconds = 1000;

export interface PacketListener {
  onPacket(packet: Packet): void;
  /** The connection should be closed. */
  onFault(fault: StreamFault, detail?: string): void;
}

export type StreamFault =
  | "PACKET_MALFORMED"
  | "PACKET_TOO_LARGE"
  | "RECEIVER_TOO_SLOW"
  | "SERVER_ERROR";

export interface PacketStream {
  /** Sets how packets are read and written from now on; MQTT 3.1.1 before. */
  use(format: PacketFormat): void;
  /** False when the packet is larger than the client takes. */
  send(packet: Packet): boolean;
  /** Sends what is written, then closes; nothing more is read. */
  close(): void;
}

interface PacketFormat {
  readonly protocolVersion: 4 | 5;
  /** Of the client, in bytes. */
  readonly maximumPacketSize?: number | undefined;
}

/**
 * Reads and writes the MQTT packets of a connection.
 *
 * Both directions are bounded: a packet that grows too large and a client that does not read are
 * faults. An error that a listener throws is a fault of this connection only.
 */
export function createPacketStream(socket: TLSSocket, listener: PacketListener): PacketStream {
  let isOpen = true;
  let isCorked = false;
  let format: PacketFormat = { protocolVersion: 4 };
  const split = createSplitPackets();

  const receive = (bytes: Buffer) => {
    if (!isOpen) return;
    const packet = parsePacket(bytes, format.protocolVersion);
    if (typeof packet === "string") listener.onFault("PACKET_MALFORMED", packet);
    else listener.onPacket(packet);
  };

  socket.on("data", (chunk) => {
    if (!isOpen) return;
    try {
      const found = split(chunk, receive);
      if (isOpen && found !== undefined) listener.onFault(found.fault, found.detail);
    } catch (error) {
      listener.onFault("SERVER_ERROR", toErrorText(error));
    }
  });

  const uncork = () => {
    isCorked = false;
    socket.uncork();
  };
  /** Packets of one turn travel together: a TLS record for each would cost the most of the time. */
  const cork = () => {
    if (isCorked) return;
    isCorked = true;
    socket.cork();
    process.nextTick(uncork);
  };

  return {
    use: (given) => {
      format = given;
    },
    send: (packet) => {
      if (!isOpen || !socket.writable) return true;
      if (socket.writableLength > maximumUnsentBytes) {
        listener.onFault("RECEIVER_TOO_SLOW");
        return true;
      }
      const bytes = generate(packet, format);
      if (bytes.length > (format.maximumPacketSize ?? bytes.length)) return false;
      cork();
      socket.write(bytes);
      return true;
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      socket.destroySoon();
      const linger = setTimeout(() => socket.destroy(), lingerMilliseconds);
      socket.once("close", () => clearTimeout(linger));
    },
  };
}
