import type { Packet } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { SessionOutcome } from "../../../src/iot-core/listener/connection-attempt.ts";
import {
  arn,
  connectMqtt,
  connectPacket,
  connectRaw,
  type Issued,
  issue,
  startTestListener,
} from "./support.ts";

const ownThing = "${iot:Connection.Thing.ThingName}";

/** AWS's recommended policy: a device acts under the name of its own thing. */
const devicePolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: arn(`client/${ownThing}`),
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    {
      Effect: "Allow",
      Action: ["iot:Publish", "iot:Receive"],
      Resource: [arn(`topic/dt/${ownThing}/*`), arn(`topic/$aws/things/${ownThing}/*`)],
    },
    {
      Effect: "Allow",
      Action: "iot:Subscribe",
      Resource: [arn(`topicfilter/dt/${ownThing}/*`), arn("topicfilter/dt/+/news")],
    },
  ],
};

async function setup() {
  const started = await startTestListener();
  const { registry, target } = started;
  const addThing = async (thingName: string): Promise<Issued> => {
    const device = await issue(`CN=${thingName}`);
    registry.store(device, "ACTIVE");
    registry.setPolicies(device.certificateId, devicePolicy);
    registry.attach(thingName, device.certificateId);
    return device;
  };
  /** Connects an MQTT client and collects what it receives. */
  const connect = async (clientId: string, device: Issued) => {
    const client = await connectMqtt(target, device, { clientId });
    const received: string[] = [];
    client.on("message", (topic, payload, { qos }) => received.push(`${topic} ${qos} ${payload}`));
    return { client, received };
  };
  return { ...started, addThing, connect };
}

/** A raw connection that was accepted. */
async function open(started: Awaited<ReturnType<typeof setup>>, device: Issued, clientId: string) {
  const connection = await connectRaw(started.target, device);
  connection.send(connectPacket(clientId));
  await connection.receive("connack");
  return connection;
}

const publish = (topic: string, changes: Partial<Packet> & { payload?: Buffer } = {}) =>
  ({
    cmd: "publish",
    topic,
    payload: "hello",
    qos: 1,
    messageId: 7,
    dup: false,
    retain: false,
    ...changes,
  }) as Packet;
const subscribe = (...topics: readonly string[]): Packet => ({
  cmd: "subscribe",
  messageId: 9,
  subscriptions: topics.map((topic) => ({ topic, qos: 1 })),
});

describe("two devices under one policy of thing-name variables", () => {
  test("each publishes and receives on its own topics", async () => {
    const { addThing, connect } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    const door = await connect("door", await addThing("door"));
    await lamp.client.subscribeAsync("dt/lamp/#", { qos: 1 });
    await door.client.subscribeAsync("dt/door/#", { qos: 0 });

    await lamp.client.publishAsync("dt/lamp/t", "1", { qos: 1 });
    await door.client.publishAsync("dt/door/t", "2", { qos: 1 });
    await lamp.client.publishAsync("dt/lamp/t", "3", { qos: 0 });

    await expect.poll(() => lamp.received).toEqual(["dt/lamp/t 1 1", "dt/lamp/t 0 3"]);
    await expect.poll(() => door.received).toEqual(["dt/door/t 0 2"]);
  });

  test("one is disconnected when it publishes on the other's topic", async () => {
    const { addThing, connect, attempts } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    const door = await connect("door", await addThing("door"));
    await door.client.subscribeAsync("dt/door/#");

    lamp.client.publish("dt/door/t", "forged");
    await expect.poll(() => lamp.client.connected).toBe(false);

    expect(attempts.at(-1)).toMatchObject({
      outcome: "PUBLISH_DENIED",
      clientId: "lamp",
      sentence: "The policies do not allow iot:Publish: dt/door/t, implicit-deny.",
    });
    expect(door.client.connected).toBe(true);
    expect(door.received).toEqual([]);
  });

  test("one is refused the other's topics and stays connected", async () => {
    const started = await setup();
    const lamp = await open(started, await started.addThing("lamp"), "lamp");
    lamp.send(subscribe("dt/door/#", "dt/lamp/#"));
    expect(await lamp.receive("suback")).toMatchObject({ messageId: 9, granted: [0x80, 1] });
    expect(started.attempts.at(-1)).toMatchObject({ outcome: "SUBSCRIBE_DENIED" });
  });

  test("one receives through a wide filter only what it may receive", async () => {
    const { addThing, connect, listener } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    await lamp.client.subscribeAsync("dt/+/news");
    listener.publish("dt/door/news", "secret");
    listener.publish("dt/lamp/news", "own");
    await expect.poll(() => lamp.received).toEqual(["dt/lamp/news 0 own"]);
  });

  test("neither may connect under the other's name", async () => {
    const { addThing, connect, attempts } = await setup();
    await addThing("door");
    const lamp = await addThing("lamp");
    await expect(connect("door", lamp)).rejects.toThrow();
    expect(attempts.at(-1)).toMatchObject({
      outcome: "CONNECT_DENIED",
      sentence: expect.stringContaining("no attached thing has that name"),
    });
  });

  test("an exclusively attached thing lends its name to any client id", async () => {
    const { registry, connect, events } = await setup();
    const device = await issue("CN=lamp");
    registry.store(device, "ACTIVE");
    const [, ...others] = devicePolicy.Statement;
    const anyClient = { Effect: "Allow", Action: "iot:Connect", Resource: arn("client/*") };
    registry.setPolicies(device.certificateId, {
      ...devicePolicy,
      Statement: [anyClient, ...others],
    });
    registry.attachExclusively("lamp", device.certificateId);
    const { client } = await connect("any", device);
    await client.publishAsync("dt/lamp/t", "1", { qos: 1 });
    expect(events[0]?.payload).toMatchObject({ clientId: "any", thingName: "lamp" });
  });
});

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
    name: "a retained message",
    packet: publish("t", { retain: true }),
    outcome: "RETAIN_UNSUPPORTED",
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
  { name: "a filter with a misplaced #", packet: subscribe("a/#/b"), outcome: "TOPIC_INVALID" },
  {
    name: "the shadow of its own thing",
    packet: publish("$aws/things/d1/shadow/update"),
    outcome: "SHADOW_UNSUPPORTED",
  },
  {
    name: "a topic of another thing",
    packet: publish("$aws/things/d2/jobs/get"),
    outcome: "RESERVED_TOPIC",
  },
  { name: "basic ingest", packet: publish("$aws/rules/r/t"), outcome: "RESERVED_TOPIC" },
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
    const started = await setup();
    const device = await started.addDevice("d1");
    started.registry.attach("d1", device.certificateId);
    const { send, closed, packets } = await open(started, device, "d1");
    send(packet);
    await closed;
    expect(packets.map(({ cmd }) => cmd)).toEqual(["connack"]);
    expect(started.outcomes()).toEqual(["ACCEPTED", outcome]);
  });
});

describe("a session", () => {
  test("answers PINGREQ, PUBLISH at QoS 1, SUBSCRIBE and UNSUBSCRIBE", async () => {
    const started = await setup();
    const { send, receive } = await open(started, await started.addDevice("d1"), "d1");
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
    const { addDevice, connect, listener } = await setup();
    const { client, received } = await connect("d1", await addDevice("d1"));
    await client.subscribeAsync(["a/#", "b"]);
    await client.unsubscribeAsync("a/#");
    listener.publish("a/1", "no");
    listener.publish("b", "yes");
    await expect.poll(() => received).toEqual(["b 0 yes"]);
  });

  test("may use the topics of its own thing, and is refused those of its shadow", async () => {
    const started = await setup();
    const device = await started.addDevice("d1");
    started.registry.attach("d1", device.certificateId);
    const { send, receive } = await open(started, device, "d1");
    send(
      subscribe("$aws/things/d1/jobs/#", "$aws/things/d1/shadow/#", "$aws/events/#", "$share/g/t"),
    );
    expect(await receive("suback")).toMatchObject({ granted: [1, 0x80, 0x80, 0x80] });
    started.listener.publish("$aws/things/d1/jobs/notify", "{}");
    expect(await receive("publish")).toMatchObject({ topic: "$aws/things/d1/jobs/notify" });
  });

  test("is given at most fifty subscriptions", async () => {
    const started = await setup();
    const { send, packets } = await open(started, await started.addDevice("d1"), "d1");
    for (let group = 0; group < 9; group += 1) {
      send(subscribe(...[1, 2, 3, 4, 5, 6].map((number) => `${group}/${number}`)));
    }
    const granted = () =>
      packets.flatMap((packet) => (packet.cmd === "suback" ? packet.granted : []));
    await expect.poll(() => granted().length).toBe(54);
    expect(granted().filter((code) => code === 0x80)).toHaveLength(4);
  });

  test("gives way to a newer one of the same client id", async () => {
    const { addDevice, connect, outcomes, events } = await setup();
    const device = await addDevice("d1");
    const older = await connect("d1", device);
    const newer = await connect("d1", device);
    await expect.poll(() => older.client.connected).toBe(false);
    expect(newer.client.connected).toBe(true);
    expect(outcomes()).toEqual(["ACCEPTED", "ACCEPTED", "CONNECTION_TAKEN_OVER"]);
    expect(events[1]?.payload).toMatchObject({ disconnectReason: "DUPLICATE_CLIENTID" });
  });

  test("ends at once when its certificate leaves ACTIVE, and only then", async () => {
    const { addDevice, connect, registry, outcomes } = await setup();
    const lampCertificate = await addDevice("lamp");
    const lamp = await connect("lamp", lampCertificate);
    const door = await connect("door", await addDevice("door"));
    registry.setStatus(lampCertificate.certificateId, "ACTIVE");
    registry.setStatus(lampCertificate.certificateId, "INACTIVE");
    await expect.poll(() => lamp.client.connected).toBe(false);
    expect(door.client.connected).toBe(true);
    expect(outcomes().at(-1)).toBe("CERTIFICATE_DEACTIVATED");
  });

  test("publishes its will unless the client disconnects by itself", async () => {
    const { addDevice, connect, target } = await setup();
    const watcher = await connect("watcher", await addDevice("watcher"));
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
    const { addDevice, connect, events, clock } = await setup();
    const device = await addDevice("d1");
    const { client } = await connect("d1", device);
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
    const { addDevice, connect, events } = await setup();
    const { client } = await connect("#", await addDevice("d1"));
    await client.endAsync();
    expect(events).toEqual([]);
  });

  test("that asks to persist is told that nothing was kept", async () => {
    const { addDevice, target } = await setup();
    const { send, receive } = await connectRaw(target, await addDevice("d1"));
    send(connectPacket("d1", { clean: false }));
    expect(await receive("connack")).toMatchObject({ returnCode: 0, sessionPresent: false });
  });
});
