/**
 * What AWS IoT's CONNACK says: 128 KiB of payload and room for topic and properties. It holds for
 * MQTT 3.1.1 too.
 */
export const maximumPacketBytes = 149_504;

export interface SplitFault {
  readonly fault: "PACKET_MALFORMED" | "PACKET_TOO_LARGE";
  readonly detail?: string;
}

/** Takes the next bytes of a connection, and gives out each packet that they make whole. */
export type SplitPackets = (
  chunk: Buffer,
  onPacket: (bytes: Buffer) => void,
) => SplitFault | undefined;

const nothing = Buffer.alloc(0);
const publish = 3;
/** PUBREL, SUBSCRIBE and UNSUBSCRIBE. */
const typesWithFlag = [6, 8, 10];

/**
 * Cuts a stream of bytes into MQTT packets by their fixed headers (MQTT 5 section 2.1).
 *
 * A packet that says of itself that it is too large is refused before it is there. One that comes
 * byte by byte is held in one buffer, which costs no more than the packet does.
 */
export function createSplitPackets(): SplitPackets {
  let held = nothing;
  let heldBytes = 0;

  const hold = (chunk: Buffer) => {
    const bytes = heldBytes + chunk.length;
    if (bytes > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, held.length * 2));
      held.copy(larger, 0, 0, heldBytes);
      held = larger;
    }
    chunk.copy(held, heldBytes);
    heldBytes = bytes;
  };

  return (chunk, onPacket) => {
    const isHeld = heldBytes > 0;
    if (isHeld) hold(chunk);
    const bytes = isHeld ? held.subarray(0, heldBytes) : chunk;
    let start = 0;
    let length = readLength(bytes, start);
    while (typeof length === "number" && start + length <= bytes.length) {
      onPacket(bytes.subarray(start, start + length));
      start += length;
      length = readLength(bytes, start);
    }
    if (typeof length === "object") return length;
    if (start > 0 || !isHeld) {
      // The packets that were given out may keep the old buffer.
      held = nothing;
      heldBytes = 0;
      hold(bytes.subarray(start));
    }
    return undefined;
  };
}

/** Returns how long the packet is that begins here; undefined when its header is not whole. */
function readLength(bytes: Buffer, start: number): number | SplitFault | undefined {
  const first = bytes[start];
  if (first === undefined) return undefined;
  if (!isFirstByte(first)) {
    const detail = `no packet begins with 0x${first.toString(16).padStart(2, "0")}`;
    return { fault: "PACKET_MALFORMED", detail };
  }
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[start + 1 + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 0x80 ** index;
    if (byte < 0x80) {
      const whole = 2 + index + length;
      return whole > maximumPacketBytes ? { fault: "PACKET_TOO_LARGE" } : whole;
    }
  }
  return { fault: "PACKET_MALFORMED", detail: "its length has more than four bytes" };
}

/** All flags but those of PUBLISH are fixed (section 2.1.3). */
function isFirstByte(byte: number): boolean {
  const type = byte >> 4;
  const flags = byte & 0x0f;
  if (type === publish) return (flags & 0x06) !== 0x06;
  return type !== 0 && flags === (typesWithFlag.includes(type) ? 0x02 : 0);
}
