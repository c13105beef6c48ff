import type { TLSSocket } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { maximumPayloadBytes } from "./check-message.ts";

/** Room for a topic and the headers. */
const maximumPacketBytes = maximumPayloadBytes + 1024;
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
  send(packet: Packet): void;
  /** Sends what is written, then closes; nothing more is read. */
  close(): void;
}

/**
 * Reads and writes the MQTT packets of a connection.
 *
 * Both directions are bounded: a packet that grows too large and a client that does not read are
 * faults. An error that a listener throws is a fault of this connection only.
 */
export function createPacketStream(socket: TLSSocket, listener: PacketListener): PacketStream {
  let isOpen = true;
  const packets: Packet[] = [];
  let malformed: string | undefined;
  const mqtt = parser({ protocolVersion: 4 });
  mqtt.on("packet", (packet) => packets.push(packet));
  mqtt.on("error", (error: unknown) => {
    malformed = messageOf(error);
  });

  const parse = (chunk: Buffer): number => {
    try {
      return mqtt.parse(chunk);
    } catch (error) {
      // The parser runs off the end of some truncated packets.
      malformed = messageOf(error);
      return 0;
    }
  };

  const dispatch = () => {
    try {
      for (const packet of packets.splice(0)) {
        if (isOpen) listener.onPacket(packet);
      }
    } catch (error) {
      listener.onFault("SERVER_ERROR", messageOf(error));
    }
  };

  socket.on("data", (chunk) => {
    if (!isOpen) return;
    const unparsedBytes = parse(chunk);
    dispatch();
    if (!isOpen) return;
    if (malformed !== undefined) listener.onFault("PACKET_MALFORMED", malformed);
    else if (unparsedBytes > maximumPacketBytes) listener.onFault("PACKET_TOO_LARGE");
  });

  return {
    send: (packet) => {
      if (!isOpen || !socket.writable) return;
      if (socket.writableLength > maximumUnsentBytes) listener.onFault("RECEIVER_TOO_SLOW");
      else socket.write(generate(packet));
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
