import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import {
  createSplitPackets,
  maximumPacketBytes,
  type SplitFault,
} from "../../../src/iot-core/listener/split-packets.ts";
import { connectPacket, publish, subscribe } from "./support.ts";

const packets = [
  generate(connectPacket("d1")),
  generate({ cmd: "pingreq" }),
  generate(subscribe("a/#")),
  generate(publish("t", { payload: Buffer.alloc(300, "x") })),
];

/** Splits at these places; returns the packets and the first fault. */
function splitAll(bytes: Buffer, places: readonly number[]) {
  const split = createSplitPackets();
  const found: string[] = [];
  const ends = [...places, bytes.length].toSorted((one, other) => one - other);
  let fault: SplitFault | undefined;
  let start = 0;
  for (const end of ends) {
    fault ??= split(bytes.subarray(start, end), (packet) => found.push(packet.toString("hex")));
    start = end;
  }
  return { found, fault };
}

describe("cutting bytes into packets", () => {
  test("finds the same packets wherever the pieces end", () => {
    const bytes = Buffer.concat(packets);
    const expected = packets.map((packet) => packet.toString("hex"));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (places) => {
        expect(splitAll(bytes, places)).toEqual({ found: expected, fault: undefined });
      }),
    );
    const everywhere = Array.from(bytes, (_, index) => index);
    expect(splitAll(bytes, everywhere).found).toEqual(expected);
  });

  test("takes the largest packet, and one byte more is too large before it is there", () => {
    const header = (bytes: number) =>
      Buffer.from([0x30, (bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14]);
    const largest = Buffer.concat([
      header(maximumPacketBytes - 4),
      Buffer.alloc(maximumPacketBytes - 4),
    ]);
    expect(splitAll(largest, [7, 70_000]).found).toEqual([largest.toString("hex")]);
    expect(splitAll(header(maximumPacketBytes - 3), [])).toEqual({
      found: [],
      fault: { fault: "PACKET_TOO_LARGE" },
    });
  });

  test.for([
    ["the type 0", [0x00]],
    ["PUBLISH with QoS 3", [0x36]],
    ["SUBSCRIBE without its flag", [0x80]],
    ["PINGREQ with a flag", [0xc1]],
    ["a length of five bytes", [0x30, 0xff, 0xff, 0xff, 0xff]],
  ] as const)("%s is malformed, whatever may follow", ([, bytes]) => {
    const ping = generate({ cmd: "pingreq" });
    const { found, fault } = splitAll(Buffer.concat([ping, Buffer.from(bytes)]), []);
    expect(found).toHaveLength(1);
    expect(fault).toMatchObject({ fault: "PACKET_MALFORMED" });
  });
});
