import { generate } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import {
  attemptConnect,
  connectPacket,
  connectRaw,
  issue,
  openSession,
  publish,
  startTestListener,
  subscribe,
} from "./support.ts";

const version5 = { protocolVersion: 5 } as const;

async function setup() {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  const other = await openSession(started.target, device, "other", version5);
  other.send(subscribe("t"));
  await other.receive("suback");
  return { ...started, device, other };
}

describe("a hostile client", () => {
  test.for([false, true])(
    "may show a certificate that names nobody, known: %s",
    async (isKnown) => {
      const { target, registry, attempts } = await setup();
      const nameless = await issue("");
      if (isKnown) registry.store(nameless, "ACTIVE");
      await attemptConnect(target, nameless);
      expect(attempts.at(-1)).toMatchObject({
        outcome: isKnown ? "NO_POLICY" : "ISSUER_NOT_REGISTERED",
        chain: [{ certificateId: nameless.certificateId, subject: "" }],
      });
    },
  );

  test("gets no packet through that is larger than CONNACK says", async () => {
    const { target, device, outcomes } = await setup();
    const session = await openSession(target, device, "large", version5);
    const properties = { userProperties: { a: "x".repeat(40_000) } };
    session.send(publish("t", { payload: Buffer.alloc(120_000), properties }));
    expect(await session.receive("disconnect")).toMatchObject({ reasonCode: 0x95 });
    expect(outcomes()).toContain("PACKET_TOO_LARGE");
  });

  test("gets no user property through that is cut off, in a message or a will", async () => {
    const { target, device, other, attempts, publish: say } = await setup();
    const session = await openSession(target, device, "cut", version5);
    // The name is `a`, and the value is longer than the packet.
    const broken = Buffer.from([0x26, 0, 1, 0x61, 0xff, 0xff]);
    session.socket.write(Buffer.from([0x30, 10, 0, 1, 0x74, 6, ...broken]));
    await session.closed;

    const connect = generate(
      {
        cmd: "connect",
        protocolId: "MQTT",
        protocolVersion: 5,
        clean: true,
        keepalive: 60,
        clientId: "w",
        will: { topic: "t", payload: Buffer.alloc(0), qos: 0, retain: false },
      },
      version5,
    );
    // The will ends in the length of its properties, its topic and the length of its payload.
    const properties = Buffer.from([broken.length, ...broken]);
    const body = Buffer.concat([connect.subarray(2, -6), properties, connect.subarray(-5)]);
    const raw = await connectRaw(target, device, version5);
    raw.socket.write(Buffer.concat([Buffer.from([0x10, body.length]), body]));
    await raw.closed;
    expect(attempts.map(({ outcome }) => outcome).filter((each) => each !== "ACCEPTED")).toEqual([
      "PACKET_MALFORMED",
      "PACKET_MALFORMED",
    ]);
    say("t", "still here");
    await expect
      .poll(() => other.published().map(({ payload }) => String(payload)))
      .toEqual(["still here"]);
  });

  test("is told and reported of a very long topic in a few words", async () => {
    const { target, device, attempts } = await setup();
    const session = await openSession(target, device, "long", version5);
    session.send(publish("x".repeat(65_535)));
    const disconnect = await session.receive("disconnect");
    expect(disconnect).toMatchObject({
      reasonCode: 0x90,
      properties: { reasonString: expect.stringContaining("longer than 256 bytes") },
    });
    expect(attempts.at(-1)?.sentence.length).toBeLessThan(600);
  });

  test("is reported of a very long client id with its begin", async () => {
    const { target, device, attempts } = await setup();
    await attemptConnect(target, device, {
      packet: { cmd: "connect", clientId: "y".repeat(60_000), keepalive: 60, clean: true },
    });
    expect(attempts.at(-1)).toMatchObject({
      outcome: "CLIENT_ID_INVALID",
      clientId: "y".repeat(256),
    });
  });

  test("takes no memory of the quotas with a very long client id", async () => {
    const keys: (string | undefined)[] = [];
    const { target, addDevice } = await startTestListener({
      quotas: {
        take: (_, key) => {
          keys.push(key);
          return true;
        },
      },
    });
    await attemptConnect(target, await addDevice("d1"), {
      packet: connectPacket("y".repeat(60_000)),
    });
    expect(keys).toEqual(["y".repeat(128), undefined]);
  });

  test("fills no log with what it is refused", async () => {
    const { target, device, registry, outcomes } = await setup();
    const session = await openSession(target, device, "stubborn", version5);
    registry.setPolicies(device.certificateId);
    const acknowledged = () => session.packets.filter(({ cmd }) => cmd === "puback").length;
    for (let number = 0; number < 300; number += 1) session.send(publish(`t/${number}`));
    await expect.poll(acknowledged).toBe(300);
    expect(outcomes().filter((outcome) => outcome === "PUBLISH_DENIED")).toHaveLength(100);
  });
});
