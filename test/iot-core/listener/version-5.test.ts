import type { IConnectPacket, IPublishPacket, Packet } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { ConnectionAttempt } from "../../../src/iot-core/listener/connection-attempt.ts";
import {
  allowEverything,
  arn,
  attemptConnect,
  connectPacket,
  issue,
  openSession,
  publish,
  startTestListener,
  subscribe,
} from "./support.ts";

type Started = Awaited<ReturnType<typeof startTestListener>>;
type Outcome = ConnectionAttempt["outcome"];
const version5 = { protocolVersion: 5 } as const;

async function setup(changes: Partial<IConnectPacket> = {}, clientId = "d1") {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  const open = (id: string, more: Partial<IConnectPacket> = {}) =>
    openSession(started.target, device, id, { ...version5, ...more });
  return { ...started, device, open, session: await open(clientId, changes) };
}

describe("the CONNACK of MQTT 5", () => {
  test("tells AWS IoT's limits", async () => {
    const { session } = await setup();
    expect(session.connack).toMatchObject({ reasonCode: 0, sessionPresent: false });
    expect(session.connack.properties).toEqual({
      receiveMaximum: 100,
      maximumQoS: 1,
      retainAvailable: true,
      maximumPacketSize: 149_504,
      topicAliasMaximum: 8,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: true,
      serverKeepAlive: 60,
    });
  });

  test("adjusts the session expiry and the keep-alive, and assigns a client id", async () => {
    const { session, listener } = await setup(
      { keepalive: 0, properties: { sessionExpiryInterval: 100_000 } },
      "",
    );
    const { properties = {} } = session.connack;
    expect(properties).toMatchObject({ sessionExpiryInterval: 3600, serverKeepAlive: 1200 });
    const [connection] = listener.connections.connected();
    expect(connection).toMatchObject({
      clientId: properties.assignedClientIdentifier,
      mqttVersion: "5",
      sessionExpirySeconds: 3600,
    });
  });
});

interface RefusedCase {
  readonly name: string;
  readonly packet?: Partial<IConnectPacket>;
  readonly prepare?: (started: Started, certificateId: string) => void;
  readonly outcome: Outcome;
  /** None for a connection that is closed without CONNACK. */
  readonly code?: number;
}

const will = { topic: "last/words", payload: Buffer.from("bye"), qos: 0, retain: false } as const;
const refusedCases: readonly RefusedCase[] = [
  {
    name: "has no policy",
    prepare: ({ registry }, certificateId) => registry.setPolicies(certificateId),
    outcome: "NO_POLICY",
    code: 0x87,
  },
  {
    name: "may not connect with this client id",
    prepare: ({ registry }, certificateId) =>
      registry.setPolicies(certificateId, {
        ...allowEverything,
        Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: arn("client/d2") }],
      }),
    outcome: "CONNECT_DENIED",
    code: 0x87,
  },
  {
    name: "has a client id that begins with $",
    packet: { clientId: "$d1" },
    outcome: "CLIENT_ID_INVALID",
    code: 0x85,
  },
  {
    name: "has a will of QoS 2",
    packet: { will: { ...will, qos: 2 } },
    outcome: "WILL_QOS_2_UNSUPPORTED",
    code: 0x9b,
  },
  {
    name: "has a will for a reserved topic",
    packet: { will: { ...will, topic: "$aws/rules/r" } },
    outcome: "WILL_UNSUPPORTED",
    code: 0x90,
  },
  {
    name: "wants enhanced authentication",
    packet: { properties: { authenticationMethod: "SCRAM" } },
    outcome: "AUTH_UNSUPPORTED",
    code: 0x8c,
  },
  {
    name: "takes no messages at all",
    packet: { properties: { receiveMaximum: 0 } },
    outcome: "PROTOCOL_ERROR",
  },
  {
    name: "has an INACTIVE certificate",
    prepare: ({ registry }, certificateId) => registry.setStatus(certificateId, "INACTIVE"),
    outcome: "CERTIFICATE_INACTIVE",
  },
];

describe("an MQTT 5 client is refused that", () => {
  test.for(refusedCases)("$name", async ({ packet, prepare, outcome, code }) => {
    const started = await startTestListener();
    const device = await started.addDevice("d1");
    prepare?.(started, device.certificateId);
    const { packets } = await attemptConnect(started.target, device, {
      ...version5,
      packet: connectPacket("d1", { ...version5, ...packet }),
    });
    expect(packets).toMatchObject(
      code === undefined ? [] : [{ cmd: "connack", reasonCode: code, sessionPresent: false }],
    );
    expect(started.attempts).toMatchObject([{ outcome, mqttVersion: "5" }]);
  });

  test("connects for the first time, without CONNACK", async () => {
    const { registry, target, outcomes } = await startTestListener();
    const ca = await issue("CN=Acme device CA");
    registry.addCa(ca);
    const { packets } = await attemptConnect(target, await issue("CN=d1", { issuer: ca }), {
      ...version5,
      packet: connectPacket("d1", version5),
    });
    expect(packets).toEqual([]);
    expect(outcomes()).toEqual(["REGISTERED"]);
  });
});

interface EndCase {
  readonly name: string;
  readonly packet: Packet;
  readonly outcome: Outcome;
  readonly code: number;
}

const publish5 = (topic: string, properties: IPublishPacket["properties"]) =>
  ({ ...publish(topic), properties }) as Packet;
const endCases: readonly EndCase[] = [
  { name: "QoS 2", packet: publish("t", { qos: 2 }), outcome: "QOS_2_UNSUPPORTED", code: 0x9b },
  { name: "a wildcard topic", packet: publish("a/+"), outcome: "TOPIC_INVALID", code: 0x90 },
  {
    name: "a shadow",
    packet: publish("$aws/things/d1/shadow/get"),
    outcome: "SHADOW_UNSUPPORTED",
    code: 0x90,
  },
  {
    name: "a ninth topic alias",
    packet: publish5("t", { topicAlias: 9 }),
    outcome: "TOPIC_ALIAS_INVALID",
    code: 0x94,
  },
  {
    name: "an alias without topic",
    packet: publish5("", { topicAlias: 1 }),
    outcome: "PROTOCOL_ERROR",
    code: 0x82,
  },
  {
    name: "a response topic with a wildcard",
    packet: publish5("t", { responseTopic: "a/#" }),
    outcome: "PROTOCOL_ERROR",
    code: 0x82,
  },
  {
    name: "a subscription identifier",
    packet: { ...subscribe("t"), properties: { subscriptionIdentifier: 1 } } as Packet,
    outcome: "SUBSCRIPTION_ID_UNSUPPORTED",
    code: 0xa1,
  },
  {
    name: "a filter with a misplaced wildcard",
    packet: subscribe("a/#/b"),
    outcome: "TOPIC_FILTER_INVALID",
    code: 0x8f,
  },
  {
    name: "a shared subscription without local messages",
    packet: {
      cmd: "subscribe",
      messageId: 1,
      subscriptions: [{ topic: "$share/g/t", qos: 1, nl: true }],
    },
    outcome: "PROTOCOL_ERROR",
    code: 0x82,
  },
  {
    name: "nine filters",
    packet: subscribe(...Array.from("123456789")),
    outcome: "TOO_MANY_FILTERS",
    code: 0x97,
  },
  {
    name: "AUTH",
    packet: { cmd: "auth", reasonCode: 0x19 },
    outcome: "AUTH_UNSUPPORTED",
    code: 0x82,
  },
  {
    name: "PUBREC",
    packet: { cmd: "pubrec", messageId: 1, reasonCode: 0 },
    outcome: "PACKET_UNEXPECTED",
    code: 0x82,
  },
  {
    name: "a second CONNECT",
    packet: connectPacket("d1", version5),
    outcome: "PACKET_UNEXPECTED",
    code: 0x82,
  },
  {
    name: "a session expiry at the end after none at the start",
    packet: { cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 60 } },
    outcome: "PROTOCOL_ERROR",
    code: 0x82,
  },
];

describe("an MQTT 5 client is sent DISCONNECT for", () => {
  test.for(endCases)("$name", async ({ packet, outcome, code }) => {
    const { session, outcomes } = await setup();
    session.send(packet);
    await session.closed;
    expect(session.packets.slice(1)).toMatchObject([
      { cmd: "disconnect", reasonCode: code, properties: { reasonString: expect.any(String) } },
    ]);
    expect(outcomes()).toEqual(["ACCEPTED", outcome]);
  });

  test("being taken over, without words when it wants none", async () => {
    const { session, open } = await setup({ properties: { requestProblemInformation: false } });
    await open("d1");
    await session.closed;
    expect(session.packets.at(-1)).toMatchObject({ cmd: "disconnect", reasonCode: 0x8e });
    expect(session.packets.at(-1)).not.toHaveProperty("properties");
  });

  test("the end of the endpoint", async () => {
    const { session, listener } = await setup();
    const closing = listener.close();
    expect(await session.receive("disconnect")).toMatchObject({ reasonCode: 0x8b });
    await closing;
  });
});

describe("the policies of an MQTT 5 client", () => {
  const onlyOwn = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: "*" },
      { Effect: "Allow", Action: "iot:*", Resource: [arn("topic/own"), arn("topicfilter/own")] },
    ],
  };

  test("are told in PUBACK at QoS 1, and in DISCONNECT at QoS 0", async () => {
    const { session, registry, device, outcomes } = await setup();
    registry.setPolicies(device.certificateId, onlyOwn);
    session.send(publish("other"));
    expect(await session.receive("puback")).toMatchObject({ messageId: 7, reasonCode: 0x87 });
    session.send({ cmd: "pingreq" });
    await session.receive("pingresp");
    session.send(publish("other", { qos: 0 }));
    expect(await session.receive("disconnect")).toMatchObject({ reasonCode: 0x87 });
    expect(outcomes()).toEqual(["ACCEPTED", "PUBLISH_DENIED", "PUBLISH_DENIED"]);
  });

  test("are told in SUBACK, as are topics that are not served", async () => {
    const { session, registry, device } = await setup();
    registry.setPolicies(device.certificateId, onlyOwn);
    session.send(subscribe("own", "other", "$aws/rules/r"));
    expect(await session.receive("suback")).toMatchObject({ granted: [1, 0x87, 0x8f] });
    session.send({ cmd: "unsubscribe", messageId: 4, unsubscriptions: ["own", "other"] });
    expect(await session.receive("unsuback")).toMatchObject({ granted: [0, 0] });
  });
});

describe("topic aliases", () => {
  test("of a client stand for its topics", async () => {
    const { session } = await setup();
    session.send(subscribe("a/+"));
    session.send(publish5("a/1", { topicAlias: 1 }));
    session.send(publish5("a/2", { topicAlias: 8 }));
    session.send(publish5("", { topicAlias: 1 }));
    session.send(publish5("a/3", { topicAlias: 1 }));
    session.send(publish5("", { topicAlias: 1 }));
    await expect
      .poll(() => session.published().map(({ topic }) => topic))
      .toEqual(["a/1", "a/2", "a/1", "a/3", "a/3"]);
  });

  test("are given to a client's topics, as many as it takes", async () => {
    const { session, ...started } = await setup({ properties: { topicAliasMaximum: 2 } });
    session.send(subscribe("a/+"));
    await session.receive("suback");
    for (const topic of ["a/1", "a/2", "a/3", "a/1", "a/3"]) started.publish(topic, "");
    await expect
      .poll(() =>
        session.published().map((packet) => [packet.topic, packet.properties?.topicAlias]),
      )
      .toEqual([
        ["a/1", 1],
        ["a/2", 2],
        ["a/3", undefined],
        ["", 1],
        ["a/3", undefined],
      ]);
  });
});

describe("an MQTT 5 subscriber", () => {
  test("is sent no more unacknowledged messages than it takes", async () => {
    const { session, ...started } = await setup({ properties: { receiveMaximum: 2 } });
    session.send(subscribe("t"));
    await session.receive("suback");
    for (const payload of ["1", "2", "3", "4"]) started.publish("t", payload);
    session.send({ cmd: "pingreq" });
    await session.receive("pingresp");
    expect(session.published().map(({ payload }) => String(payload))).toEqual(["1", "2"]);
    session.send({ cmd: "puback", messageId: 1, reasonCode: 0 });
    await expect
      .poll(() => session.published().map(({ payload }) => String(payload)))
      .toEqual(["1", "2", "3"]);
  });

  test("is sent no packet that is larger than it takes, and no alias is lost by that", async () => {
    const { session, ...started } = await setup({
      properties: { maximumPacketSize: 100, topicAliasMaximum: 1 },
    });
    session.send(subscribe("#"));
    await session.receive("suback");
    started.publish("large", Buffer.alloc(100));
    started.publish("small", "1");
    await expect
      .poll(() => session.published())
      .toMatchObject([{ topic: "small", properties: { topicAlias: 1 } }]);
  });

  test("is told what is left of a message's time, and not sent what has expired", async () => {
    const { session, clock, listener } = await setup({ properties: { receiveMaximum: 1 } });
    session.send(subscribe("t"));
    await session.receive("suback");
    const send = (payload: string, messageExpiryInterval: number) =>
      listener.connections.publish({
        topic: "t",
        payload: Buffer.from(payload),
        qos: 1,
        properties: { messageExpiryInterval },
      });
    send("first", 700_000);
    send("short", 10);
    send("long", 30);
    clock.now = new Date(clock.now.getTime() + 20_500);
    await expect.poll(() => session.published().length).toBe(1);
    session.send({ cmd: "puback", messageId: 1, reasonCode: 0 });
    await expect
      .poll(() =>
        session
          .published()
          .map(({ payload, properties }) => [String(payload), properties?.messageExpiryInterval]),
      )
      .toEqual([
        ["first", 604_800],
        ["long", 9],
      ]);
  });

  test("may want nothing of its own, and the RETAIN flag as published", async () => {
    const { session, open } = await setup();
    const other = await open("d2");
    session.send({
      cmd: "subscribe",
      messageId: 1,
      subscriptions: [
        { topic: "own", qos: 1, nl: true },
        { topic: "kept", qos: 1, rap: true },
        { topic: "plain", qos: 1 },
      ],
    });
    await session.receive("suback");
    session.send(publish("own"));
    await session.receive("puback");
    other.send(publish("own"));
    other.send(publish("kept", { retain: true }));
    other.send(publish("plain", { retain: true }));
    await expect
      .poll(() => session.published().map(({ topic, retain }) => [topic, retain]))
      .toEqual([
        ["own", false],
        ["kept", true],
        ["plain", false],
      ]);
  });
});

test("properties reach MQTT 5 receivers, and messages cross between the versions", async () => {
  const { session, open, listener } = await setup();
  const old = await open("d3", { protocolVersion: 4 });
  for (const each of [session, old]) {
    each.send(subscribe("cross"));
    await each.receive("suback");
  }
  const properties = {
    contentType: "text/plain",
    responseTopic: "answers",
    correlationData: Buffer.from([1, 2]),
    payloadFormatIndicator: true,
    userProperties: { a: ["1", "2"], b: "3" },
  };
  session.send(publish5("cross", { ...properties, topicAlias: 1 }));
  await session.receive("puback");
  old.send(publish("cross", { payload: Buffer.from("old") }));
  await old.receive("puback");
  listener.connections.publish({
    topic: "cross",
    payload: Buffer.from("cloud"),
    qos: 1,
    properties,
  });
  await expect.poll(() => session.published().length).toBe(3);
  await expect.poll(() => old.published().length).toBe(3);
  const [first, second, third] = session.published().map((packet) => packet.properties);
  expect(first).toEqual({ ...properties, userProperties: expect.objectContaining({ b: "3" }) });
  expect({ ...first?.userProperties }).toEqual(properties.userProperties);
  expect(second).toBeUndefined();
  expect(third).toMatchObject({ contentType: "text/plain", responseTopic: "answers" });
  expect(old.published().map(({ payload }) => String(payload))).toEqual(["hello", "old", "cloud"]);
});
