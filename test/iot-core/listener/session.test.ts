import type { Packet } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { SessionOutcome } from "../../../src/iot-core/listener/connection-attempt.ts";
import {
  connectMqtt,
  connectPacket,
  connectRaw,
  connectReceiver,
  openSession,
  publish,
  startTestListener,
  subscribe,
} from "./support.ts";

interface FatalCase {
  readonly name: string;
  readonly packet: Packet;
  readonly outcome: SessionOutcome;
}

const fatalCases: readonly FatalCase[] = [
  { name: "publishing at QoS 2", packet: publish("t", { qos: 2 }), outcome: "QOS_2_UNSUPPORTED" },
  {
    name: "subscribing at QoS 2",
    packet: { cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "t", qos: 2 }] },
    outcome: "QOS_2_UNSUPPORTED",
  },
  {
    name: "a retained message on a reserved topic",
    packet: publish("$aws/things/d1/state", { retain: true }),
    outcome: "TOPIC_INVALID",
  },
  {
    name: "a payload above 128 KiB",
    packet: publish("t", { payload: Buffer.alloc(128 * 1024 + 1) }),
    outcome: "PACKET_TOO_LARGE",
  },
  { name: "a topic with a wildcard", packet: publish("a/+/b"), outcome: "TOPIC_INVALID" },
  {
    name: "a topic with eight slashes",
    packet: publish("1/2/3/4/5/6/7/8/9"),
    outcome: "TOPIC_INVALID",
  },
  { name: "a topic of 257 bytes", packet: publish("x".repeat(257)), outcome: "TOPIC_INVALID" },
  {
    name: "a filter with a misplaced #",
    packet: subscribe("a/#/b"),
    outcome: "TOPIC_FILTER_INVALID",
  },
  {
    name: "the shadow of its own thing",
    packet: publish("$aws/things/d1/shadow/update"),
    outcome: "SHADOW_UNSUPPORTED",
  },
  {
    name: "a topic of another thing",
    packet: publish("$aws/things/d2/state"),
    outcome: "RESERVED_TOPIC",
  },
  { name: "basic ingest", packet: publish("$aws/rules/r/t"), outcome: "BASIC_INGEST_UNSUPPORTED" },
  {
    name: "forging an event",
    packet: publish("$aws/events/certificates/registered/x"),
    outcome: "RESERVED_TOPIC",
  },
  {
    name: "nine filters in one packet",
    packet: subscribe(...Array.from("123456789")),
    outcome: "TOO_MANY_FILTERS",
  },
  { name: "a second CONNECT", packet: connectPacket("d1"), outcome: "PACKET_UNEXPECTED" },
  {
    name: "a packet for servers only",
    packet: { cmd: "connack", returnCode: 0, sessionPresent: false },
    outcome: "PACKET_UNEXPECTED",
  },
];

describe("a client is disconnected for", () => {
  test.for(fatalCases)("$name", async ({ packet, outcome }) => {
    const started = await startTestListener();
    const device = await started.addDevice("d1");
    started.registry.attach("d1", device.certificateId);
    const { send, closed, packets } = await openSession(started.target, device, "d1");
    send(packet);
    await closed;
    expect(packets.map(({ cmd }) => cmd)).toEqual(["connack"]);
    expect(started.outcomes()).toEqual(["ACCEPTED", outcome]);
  });
});

describe("a session", () => {
  test("answers PINGREQ, PUBLISH at QoS 1, SUBSCRIBE and UNSUBSCRIBE", async () => {
    const started = await startTestListener();
    const { send, receive } = await openSession(
      started.target,
      await started.addDevice("d1"),
      "d1",
    );
    send({ cmd: "pingreq" });
    await receive("pingresp");
    send(subscribe("a/b"));
    expect(await receive("suback")).toMatchObject({ messageId: 9, granted: [1] });
    send(publish("a/b"));
    expect(await receive("puback")).toMatchObject({ messageId: 7 });
    expect(await receive("publish")).toMatchObject({ topic: "a/b", qos: 1, messageId: 1 });
    send({ cmd: "unsubscribe", messageId: 3, unsubscriptions: ["a/b"] });
    expect(await receive("unsuback")).toMatchObject({ messageId: 3 });
  });

  test("receives no more of what it unsubscribed from", async () => {
    const { addDevice, target, ...started } = await startTestListener();
    const { client, received } = await connectReceiver(target, await addDevice("d1"), "d1");
    await client.subscribeAsync(["a/#", "b"]);
    await client.unsubscribeAsync("a/#");
    started.publish("a/1", "no");
    started.publish("b", "yes");
    await expect.poll(() => received).toEqual(["b 0 yes"]);
  });

  test("may use the topics of its own thing, and is refused those of its shadow", async () => {
    const started = await startTestListener();
    const device = await started.addDevice("d1");
    started.registry.attach("d1", device.certificateId);
    const { send, receive } = await openSession(started.target, device, "d1");
    send(
      subscribe("$aws/things/d1/state/#", "$aws/things/d1/shadow/#", "$aws/#", "$aws/things/d2/#"),
    );
    expect(await receive("suback")).toMatchObject({ granted: [1, 0x80, 0x80, 0x80] });
    expect(started.outcomes()).toEqual([
      "ACCEPTED",
      "SHADOW_UNSUPPORTED",
      "RESERVED_TOPIC",
      "RESERVED_TOPIC",
    ]);
    started.publish("$aws/things/d1/state/notify", "{}");
    expect(await receive("publish")).toMatchObject({ topic: "$aws/things/d1/state/notify" });
  });

  test("is given at most fifty subscriptions", async () => {
    const started = await startTestListener();
    const { send, packets } = await openSession(
      started.target,
      await started.addDevice("d1"),
      "d1",
    );
    for (let group = 0; group < 9; group += 1) {
      send(subscribe(...[1, 2, 3, 4, 5, 6].map((number) => `${group}/${number}`)));
    }
    const granted = () =>
      packets.flatMap((packet) => (packet.cmd === "suback" ? packet.granted : []));
    await expect.poll(() => granted().length).toBe(54);
    expect(granted().filter((code) => code === 0x80)).toHaveLength(4);
  });

  test("gives way to a newer one of the same client id", async () => {
    const { addDevice, outcomes, events, target } = await startTestListener();
    const device = await addDevice("d1");
    const older = await connectReceiver(target, device, "d1");
    const newer = await connectReceiver(target, device, "d1");
    await expect.poll(() => older.client.connected).toBe(false);
    expect(newer.client.connected).toBe(true);
    expect(outcomes()).toEqual(["ACCEPTED", "CONNECTION_TAKEN_OVER", "ACCEPTED"]);
    expect(events[1]?.payload).toMatchObject({ disconnectReason: "DUPLICATE_CLIENTID" });
  });

  test("ends at once when its certificate leaves ACTIVE, and only then", async () => {
    const { addDevice, registry, outcomes, target } = await startTestListener();
    const lampCertificate = await addDevice("lamp");
    const lamp = await connectReceiver(target, lampCertificate, "lamp");
    const door = await connectReceiver(target, await addDevice("door"), "door");
    registry.setStatus(lampCertificate.certificateId, "ACTIVE");
    registry.setStatus(lampCertificate.certificateId, "INACTIVE");
    await expect.poll(() => lamp.client.connected).toBe(false);
    expect(door.client.connected).toBe(true);
    expect(outcomes().at(-1)).toBe("CERTIFICATE_DEACTIVATED");
  });

  test("publishes its will unless the client disconnects by itself", async () => {
    const { addDevice, target } = await startTestListener();
    const watcher = await connectReceiver(target, await addDevice("watcher"), "watcher");
    await watcher.client.subscribeAsync("wills/#");
    const will = { topic: "wills/d1", payload: Buffer.from("gone") };
    const device = await addDevice("d1");
    const polite = await connectMqtt(target, device, { clientId: "polite", will });
    await polite.endAsync();
    const { send, receive, socket } = await connectRaw(target, device);
    send(connectPacket("d1", { will: { ...will, qos: 0, retain: false } }));
    await receive("connack");
    socket.destroy();
    await expect.poll(() => watcher.received).toEqual(["wills/d1 0 gone"]);
  });

  test("tells its beginning and end as AWS IoT does", async () => {
    const { addDevice, events, clock, target } = await startTestListener();
    const device = await addDevice("d1");
    const { client } = await connectReceiver(target, device, "d1");
    await client.endAsync();
    await expect.poll(() => events.length).toBe(2);
    const common = {
      clientId: "d1",
      timestamp: clock.now.getTime(),
      sessionIdentifier: events[0]?.payload["sessionIdentifier"],
      principalIdentifier: device.certificateId,
      versionNumber: 0,
    };
    expect(events).toEqual([
      {
        topic: "$aws/events/presence/connected/d1",
        payload: { ...common, eventType: "connected", ipAddress: "127.0.0.1" },
      },
      {
        topic: "$aws/events/presence/disconnected/d1",
        payload: {
          ...common,
          eventType: "disconnected",
          clientInitiatedDisconnect: true,
          disconnectReason: "CLIENT_INITIATED_DISCONNECT",
        },
      },
    ]);
  });

  test("of a client id that would be a wildcard has no presence events", async () => {
    const { addDevice, events, target } = await startTestListener();
    const { client } = await connectReceiver(target, await addDevice("d1"), "#");
    await client.endAsync();
    expect(events).toEqual([]);
  });
});
