import { once } from "node:events";
import fc from "fast-check";
import { generate, type Packet } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import {
  connectMqtt,
  connectPacket,
  connectRaw,
  openSession,
  startTestListener,
  subscribe,
} from "./support.ts";

const versions = [4, 5] as const;
const bytesOf = (packet: Packet, protocolVersion: 4 | 5) => generate(packet, { protocolVersion });

const properties = {
  contentType: "text/plain",
  responseTopic: "answers",
  correlationData: Buffer.from("id"),
  messageExpiryInterval: 60,
  payloadFormatIndicator: true,
  userProperties: { a: ["1", "2"] },
  topicAlias: 3,
};
const publish: Packet = {
  cmd: "publish",
  topic: "some/topic",
  payload: "hello",
  qos: 1,
  messageId: 7,
  dup: false,
  retain: false,
  properties,
};
const packets: readonly Packet[] = [
  publish,
  { ...publish, qos: 0, retain: true },
  { ...subscribe("a/#", "$share/g/b"), properties: { userProperties: { a: "1" } } } as Packet,
  { cmd: "unsubscribe", messageId: 3, unsubscriptions: ["a/#"] },
  { cmd: "puback", messageId: 1, reasonCode: 0x80 },
  { cmd: "pingreq" },
  { cmd: "disconnect", reasonCode: 4, properties: { sessionExpiryInterval: 5 } },
];
const will = { topic: "w", payload: Buffer.from("bye"), qos: 1, retain: false, properties: {} };
const connect = (protocolVersion: 4 | 5) =>
  connectPacket("fuzz", {
    protocolVersion,
    username: "u",
    password: Buffer.from("p"),
    will: { ...will, qos: 1 },
    properties: { sessionExpiryInterval: 10, receiveMaximum: 5 },
  });

/** Bytes of which some are changed, left out or put in. */
const damaged = (bytes: Buffer) =>
  fc
    .array(
      fc.record({
        at: fc.nat(bytes.length),
        remove: fc.nat(3),
        insert: fc.uint8Array({ maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((changes) => {
      const list = [...bytes];
      for (const { at, remove, insert } of changes) list.splice(at, remove, ...insert);
      return Buffer.from(list);
    });

async function setup() {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  const other = await connectMqtt(started.target, device, { clientId: "other" });
  return { ...started, device, other };
}

describe.for(versions)("whatever an MQTT client of level %i sends", (protocolVersion) => {
  const connectBytes = bytesOf(connect(protocolVersion), protocolVersion);
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ...packets.map((packet) => damaged(bytesOf(packet, protocolVersion))),
  );

  test("first, it is decided about once and the others go on", { timeout: 60_000 }, async () => {
    const { target, device, other, outcomes } = await setup();
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged(connectBytes), anyBytes), async (bytes) => {
        const before = outcomes().length;
        const { socket, closed } = await connectRaw(target, device, { protocolVersion });
        socket.end(bytes);
        await closed;
        await expect.poll(() => outcomes().length, { interval: 1 }).toBeGreaterThan(before);
        expect(outcomes()).not.toContain("SERVER_ERROR");
      }),
      { numRuns: 100 },
    );
    await other.publishAsync("still/here", "", { qos: 1 });
  });

  test("later, its connection ends and the others go on", { timeout: 60_000 }, async () => {
    const { target, device, other, listener, outcomes } = await setup();
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { minLength: 1, maxLength: 5 }), async (chunks) => {
        const session = await openSession(target, device, "fuzz", { protocolVersion });
        for (const chunk of chunks) session.socket.write(chunk);
        session.socket.end();
        await session.closed;
        await expect
          .poll(() => listener.connections.connected().map(({ clientId }) => clientId), {
            interval: 1,
          })
          .toEqual(["other"]);
        expect(outcomes()).not.toContain("SERVER_ERROR");
      }),
      { numRuns: 100 },
    );
    await other.publishAsync("still/here", "", { qos: 1 });
    // Nothing of what came is left behind in what is sent to others.
    expect(other.connected).toBe(true);
  });
});

test("packets that come in one piece are all read", async () => {
  const { target, device } = await setup();
  const { socket, receive } = await connectRaw(target, device);
  socket.write(Buffer.concat([bytesOf(connectPacket("d1"), 4), bytesOf({ cmd: "pingreq" }, 4)]));
  await receive("pingresp");
  socket.end(bytesOf({ cmd: "disconnect" }, 4));
  await once(socket, "close");
});
