import { type Packet, parser } from "mqtt-packet";
import { toErrorText } from "../error-text.ts";

type ParsePacket = (bytes: Buffer) => Packet | string;

const connect = 1;
const parsers = new Map<4 | 5, ParsePacket>();

/**
 * Reads the bytes of one whole packet; a text says what is wrong with them.
 *
 * One parser serves all connections of a version: a parser for each would cost more memory than all
 * else that is kept of a connection.
 */
export function parsePacket(bytes: Buffer, protocolVersion: 4 | 5): Packet | string {
  // A parser keeps the last CONNECT packet, and reads all that follows as that one's version.
  if ((bytes[0] ?? 0) >> 4 === connect) return createParser(protocolVersion)(bytes);
  const parse = parsers.get(protocolVersion) ?? createParser(protocolVersion);
  const read = parse(bytes);
  // What a parser that broke off will make of the next packet is anyone's guess.
  if (typeof read === "string") parsers.delete(protocolVersion);
  else parsers.set(protocolVersion, parse);
  return read;
}

function createParser(protocolVersion: 4 | 5): ParsePacket {
  const mqtt = parser({ protocolVersion });
  let packet: Packet | undefined;
  let fault: string | undefined;
  mqtt.on("packet", (found) => {
    packet = found;
  });
  mqtt.on("error", (error: unknown) => {
    fault = toErrorText(error);
  });
  return (bytes) => {
    try {
      mqtt.parse(bytes);
    } catch (error) {
      // The parser runs off the end of some truncated packets.
      fault = toErrorText(error);
    }
    // The parser gives out a packet that it found a fault in.
    const read = fault ?? packet ?? "a packet is cut off";
    packet = undefined;
    return read;
  };
}
