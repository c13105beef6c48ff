import type { TLSSocket } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";

/**
 * What AWS IoT's CONNACK says: 128 KiB of payload and room for topic and properties. It holds for
 * MQTT 3.1.1 too.
 */
export const maximumPacketBytes = 149_504;
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
  /** Sets how packets are written from now on; MQTT 3.1.1 before. */
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
  const packets: Packet[] = [];
  let malformed: string | undefined;
  const mqtt = parser({ protocolVersion: 4 });
  mqtt.on("packet", (packet) => {
    // The parser gives out a packet that it found a fault in.
    if (malformed === undefined) packets.push(packet);
  });
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
