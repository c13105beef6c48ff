import { type Area, pages } from "../conformance-case.ts";
import { equal, includes, oneOf, present } from "../expect.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";

const source = pages.mqtt;
const version = 5;

export const mqtt5: Area = {
  name: "mqtt-5",
  cases: [
    {
      id: "mqtt-5/connack/properties",
      title: "CONNACK tells what AWS supports",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { connack } = await subject.connect(await subject.device(), { version });
        const properties = present(connack.properties, "properties");
        // A value that is the standard's default need not be sent.
        equal(properties.maximumQoS, 1, "maximumQoS");
        equal(properties.receiveMaximum, 100, "receiveMaximum");
        equal(properties.topicAliasMaximum, 8, "topicAliasMaximum");
        equal(properties.subscriptionIdentifiersAvailable, false, "subscription identifiers");
        equal(properties.retainAvailable ?? true, true, "retainAvailable");
        equal(properties.wildcardSubscriptionAvailable ?? true, true, "wildcards");
        equal(properties.sharedSubscriptionAvailable ?? true, true, "shared subscriptions");
      },
    },
    {
      id: "mqtt-5/connack/maximum-packet-size",
      title: "CONNACK tells a maximum packet size of 149,504 bytes",
      source,
      confidence: "3p",
      run: async (subject) => {
        const { connack } = await subject.connect(await subject.device(), { version });
        equal(connack.properties?.maximumPacketSize, 149_504);
      },
    },
    {
      id: "mqtt-5/publish/properties",
      title: "Properties of a message reach its receiver",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        const properties = {
          payloadFormatIndicator: true,
          contentType: "text/plain",
          responseTopic: `${topic}/answer`,
          correlationData: Buffer.from("7"),
          userProperties: { one: "1", many: ["a", "b"] },
        };
        await session.subscribe(topic);
        await session.publish(topic, { properties });
        const { packet } = await session.message(topic);
        const { userProperties, ...rest } = properties;
        includes(packet.properties, rest);
        equal({ ...packet.properties?.userProperties }, userProperties);
      },
    },
    {
      id: "mqtt-5/publish/expiry-told",
      title: "A message's expiry is told with what remains of it",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic);
        await session.publish(topic, { properties: { messageExpiryInterval: 100 } });
        const { packet } = await session.message(topic);
        const remaining = present(packet.properties?.messageExpiryInterval, "an expiry");
        equal(remaining > 60 && remaining <= 100, true, `${remaining} within 60..100`);
      },
    },
    {
      id: "mqtt-5/publish/no-subscriber",
      title: "A message without subscribers is acknowledged with success",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const { reasonCode = 0 } = await session.publish(subject.name("topic"));
        oneOf(reasonCode, [0, 0x10]);
      },
    },
    {
      id: "mqtt-5/publish/denied",
      title: "A message of QoS 1 that the policy denies is answered with PUBACK 0x87",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const session = await subject.connect(device, { version });
        equal((await session.publish(subject.name("topic"))).reasonCode, 0x87);
      },
    },
    {
      id: "mqtt-5/subscribe/denied",
      title: "A subscription that the policy denies is answered with 0x87",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const session = await subject.connect(device, { version });
        equal(await session.subscribe(subject.name("topic")), [0x87]);
      },
    },
    {
      id: "mqtt-5/subscribe/identifier",
      title: "A subscription identifier ends the connection with 0xA1",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        session.send({
          cmd: "subscribe",
          messageId: 1,
          properties: { subscriptionIdentifier: 1 },
          subscriptions: [{ topic: subject.name("topic"), qos: 1 }],
        });
        equal((await session.receive("disconnect")).reasonCode, 0xa1);
        await session.closed();
      },
    },
    {
      id: "mqtt-5/subscribe/no-local",
      title: "No Local keeps a client's own messages from it",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic, { nl: true });
        await session.publish(topic);
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "mqtt-5/unsubscribe/none",
      title: "UNSUBSCRIBE of what was not subscribed is answered with success or 0x11",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const { granted } = await session.unsubscribe(subject.name("topic"));
        oneOf([granted].flat()[0] ?? 0, [0, 0x11]);
      },
    },
    {
      id: "mqtt-5/alias/inbound",
      title: "A topic alias stands for its topic in later messages",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic);
        await session.publish(topic, { properties: { topicAlias: 1 } });
        await session.publish("", { payload: "by alias", properties: { topicAlias: 1 } });
        await session.message(topic);
        equal((await session.message(topic)).text, "by alias");
      },
    },
    {
      id: "mqtt-5/alias/too-high",
      title: "A topic alias above eight ends the connection with 0x94",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        session.post(subject.name("topic"), { properties: { topicAlias: 9 } });
        equal((await session.receive("disconnect")).reasonCode, 0x94);
      },
    },
    {
      id: "mqtt-5/qos-2/publish",
      title: "A message of QoS 2 ends the connection with 0x9B",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        session.post(subject.name("topic"), { qos: 2, messageId: 5 });
        equal((await session.receive("disconnect")).reasonCode, 0x9b);
      },
    },
    {
      id: "mqtt-5/flow/receive-maximum",
      title: "A client's receive maximum bounds what it has not acknowledged",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const session = await subject.connect(device, {
          version,
          packet: { properties: { receiveMaximum: 1 } },
        });
        await session.subscribe(topic);
        const publisher = await subject.connect(device);
        await publisher.publish(topic, { payload: "1" });
        await publisher.publish(topic, { payload: "2" });
        await subject.settle();
        equal(session.waiting.length, 1, "messages before the first is acknowledged");
        equal((await session.message(topic)).text, "1");
        equal((await session.message(topic)).text, "2");
      },
    },
    {
      id: "mqtt-5/retain/handling",
      title: "Retain Handling 2 keeps retained messages from a new subscription",
      source: "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html section 3.8",
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        subject.note("retained", topic);
        subject.afterwards(() =>
          session.publish(topic, { payload: "", retain: true }).catch(() => {}),
        );
        await session.publish(topic, { retain: true });
        await subject.settle();
        await session.subscribe(topic, { rh: 2 });
        await subject.settle();
        checkNoMessage(session);
        await session.subscribe(topic, { rh: 0 });
        equal((await session.message(topic)).packet.retain, true, "retain");
      },
    },
    {
      id: "mqtt-5/retain/as-published",
      title: "Retain As Published keeps RETAIN of messages to a subscription that is there",
      source: "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html section 3.8",
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = `${subject.name("topic")}/a`;
        subject.note("retained", topic);
        await session.subscribe(topic, { rap: true });
        await session.publish(topic, { retain: true });
        equal((await session.message(topic)).packet.retain, true, "retain");
        await session.publish(topic, { payload: "", retain: true });
      },
    },
    {
      id: "mqtt-5/publish/expired",
      title: "A message whose expiry passed while its receiver was away is not delivered",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const packet = { clean: false, properties: { sessionExpiryInterval: 600 } };
        const away = await subject.connect(device, { version, packet });
        await away.subscribe(topic);
        await away.disconnect();
        const publisher = await subject.connect(device, { version });
        await publisher.publish(topic, {
          payload: "short",
          properties: { messageExpiryInterval: 1 },
        });
        await publisher.publish(topic, { payload: "long" });
        await new Promise((resolve) => setTimeout(resolve, 2500));
        const back = await subject.connect(device, { version, packet, clientId: away.clientId });
        equal((await back.message(topic)).text, "long");
      },
    },
    {
      id: "mqtt-5/subscribe/nine-filters",
      title: "A SUBSCRIBE with nine filters ends the connection with 0x97, or refuses them so",
      source: pages.quotas,
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { version });
        const topic = subject.name("topic");
        const subscriptions = Array.from({ length: 9 }, (_, index) => ({
          topic: `${topic}/${index}`,
          qos: 1 as const,
        }));
        session.send({ cmd: "subscribe", messageId: 1, subscriptions });
        equal((await session.receive("disconnect")).reasonCode, 0x97);
      },
    },
    {
      id: "mqtt-5/versions/3.1.1-to-5",
      title: "A message of an MQTT 5 client reaches an MQTT 3.1.1 client, and the other way round",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const four = await subject.connect(device);
        const five = await subject.connect(device, { version });
        await four.subscribe(topic);
        await five.subscribe(topic);
        await five.publish(topic, { payload: "from 5", properties: { contentType: "x" } });
        equal((await four.message(topic)).text, "from 5");
        await five.message(topic);
        await four.publish(topic, { payload: "from 3.1.1" });
        equal((await five.message(topic)).text, "from 3.1.1");
      },
    },
    {
      id: "mqtt-5/disconnect/with-will",
      title: "DISCONNECT 0x04 publishes the will",
      source: "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html section 3.14",
      confidence: "inferred",
      run: async (subject) => {
        const topic = `${subject.name("will")}/gone`;
        const events = await subject.watch(topic);
        const will = { topic, payload: Buffer.from("gone"), qos: 1 as const };
        const session = await subject.connect(await subject.device(), {
          version,
          packet: { will },
        });
        session.send({ cmd: "disconnect", reasonCode: 4 });
        equal((await events.message(topic)).text, "gone");
      },
    },
  ],
};
