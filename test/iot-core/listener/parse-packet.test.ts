import { generate, type Packet } from "mqtt-packet";
import { expect, test } from "vitest";
import { parsePacket } from "../../../src/iot-core/listener/parse-packet.ts";
import { connectPacket, subscribe } from "./support.ts";

const read = (packet: Packet, version: 4 | 5) =>
  parsePacket(generate(packet, { protocolVersion: version }), version);

test("a packet is read by the version of its own connection, whatever others sent before", () => {
  const options = { 4: {}, 5: { nl: false, rap: false, rh: 0 } };
  for (const connecting of [4, 5, 4] as const) {
    const connect = connectPacket("d1", { protocolVersion: connecting });
    expect(parsePacket(generate(connect), 4)).toMatchObject({ protocolVersion: connecting });
    for (const version of [4, 5] as const) {
      expect(read(subscribe("a"), version)).toHaveProperty("subscriptions", [
        { topic: "a", qos: 1, ...options[version] },
      ]);
    }
  }
});

test.for([4, 5] as const)("a broken packet of level %i spoils none that follows", (version) => {
  const whole = generate(subscribe("some/topic"), { protocolVersion: version });
  for (let cut = 2; cut < whole.length; cut += 1) {
    const broken = Buffer.from(whole.subarray(0, cut));
    broken[1] = cut - 2;
    parsePacket(broken, version);
    expect(read(subscribe("next"), version)).toMatchObject({ subscriptions: [{ topic: "next" }] });
  }
});

test("what is read of a packet ends where the packet ends", () => {
  // The properties say that they have 100 bytes.
  const bytes = Buffer.from([0x30, 4, 0, 1, 0x74, 100]);
  expect(parsePacket(bytes, 5)).toEqual(expect.any(String));
});
