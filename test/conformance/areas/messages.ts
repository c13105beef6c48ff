import { connect as connectMqtt } from "mqtt";
import { type Area, pages } from "../conformance-case.ts";
import { equal, oneOf, present } from "../expect.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";

const source = pages.mqtt;
const refusedCode = 0x80;

export const messages: Area = {
  name: "messages",
  cases: [
    {
      id: "messages/qos-1/both-ways",
      title: "A message of QoS 1 is acknowledged, and delivered with QoS 1",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        equal(await session.subscribe(topic), [1]);
        await session.publish(topic, { payload: "hello" });
        const { text, packet } = await session.message(topic);
        equal([text, packet.qos, packet.retain], ["hello", 1, false]);
      },
    },
    {
      id: "messages/qos-0/delivered",
      title: "A message of QoS 0 is delivered without acknowledgement",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        equal(await session.subscribe(topic, { qos: 0 }), [0]);
        session.post(topic, { qos: 0 });
        equal((await session.message(topic)).packet.qos, 0);
      },
    },
    {
      id: "messages/qos-0/subscription-lowers",
      title: "A subscription of QoS 0 gets messages of QoS 1 with QoS 0",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic, { qos: 0 });
        await session.publish(topic);
        equal((await session.message(topic)).packet.qos, 0);
      },
    },
    {
      id: "messages/qos-2/publish",
      title: "A message of QoS 2 is not acknowledged",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        session.post(subject.name("topic"), { qos: 2, messageId: 5 });
        await subject.settle();
        equal(
          session.waiting.map(({ cmd }) => cmd),
          [],
        );
      },
    },
    {
      id: "messages/mqttjs/round-trip",
      title: "mqtt.js connects, subscribes, publishes and receives",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const clientId = subject.name("mqttjs");
        const topic = `${subject.name("topic")}/a`;
        // The socket is the suite's, so that the same server is trusted.
        const { socket } = await subject.open(device);
        socket.removeAllListeners("data");
        const client = connectMqtt({
          protocol: "mqtts",
          host: String(socket.remoteAddress),
          port: Number(socket.remotePort),
          servername: subject.endpointAddress,
          rejectUnauthorized: false,
          cert: device.pem,
          key: device.keyPem,
          clientId,
          reconnectPeriod: 0,
        });
        subject.afterwards(() => client.endAsync(true));
        socket.destroy();
        const received = new Promise<string>((resolve, reject) => {
          client.on("message", (_, payload) => resolve(payload.toString()));
          client.on("close", () => reject(new Error("closed")));
          client.on("error", reject);
        });
        await client.subscribeAsync(topic, { qos: 1 });
        await client.publishAsync(topic, "from mqtt.js", { qos: 1 });
        equal(await received, "from mqtt.js");
      },
    },
    {
      id: "messages/wildcards/plus",
      title: "+ takes exactly one level",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        await session.subscribe(`${topic}/+/c`);
        await session.publish(`${topic}/a/b/c`);
        await session.publish(`${topic}/b/c`);
        equal((await session.message(`${topic}/b/c`)).text, "hello");
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "messages/wildcards/hash",
      title: "# takes all levels below, but, unlike in the standard, not the parent itself",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        await session.subscribe(`${topic}/#`);
        await session.publish(topic);
        await session.publish(`${topic}/`);
        await session.publish(`${topic}/a/b`);
        await session.message(`${topic}/`);
        await session.message(`${topic}/a/b`);
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "messages/wildcards/in-topic",
      title: "A message to a topic with a wildcard ends the connection",
      source: "http://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html section 3.3",
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        session.post(`${subject.name("topic")}/+`);
        await session.closed();
      },
    },
    {
      id: "messages/unsubscribe/ends",
      title: "After UNSUBSCRIBE no message comes any more",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        await session.subscribe(topic);
        await session.unsubscribe(topic);
        await session.publish(topic);
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "messages/overlap/each-subscriber-once",
      title: "A message reaches every subscriber",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const [first, second] = [await subject.connect(device), await subject.connect(device)];
        await first.subscribe(topic);
        await second.subscribe(topic);
        await first.publish(topic);
        await first.message(topic);
        await second.message(topic);
      },
    },
    {
      id: "messages/denied/publish-3.1.1",
      title: "A message that the policy denies ends an MQTT 3.1.1 connection",
      source: pages.pubSubPolicy,
      confidence: "3p",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const session = await subject.connect(device);
        session.post(subject.name("topic"));
        await session.closed();
      },
    },
    {
      id: "messages/denied/subscribe-3.1.1",
      title: "A subscription that the policy denies is answered with 0x80",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const session = await subject.connect(device);
        equal(await session.subscribe(subject.name("topic")), [refusedCode]);
      },
    },
    {
      id: "messages/denied/receive",
      title: "A message that the policy does not let the client receive does not come",
      source: pages.policyActions,
      confidence: "doc",
      run: async (subject) => {
        const topic = subject.name("topic");
        const device = await subject.deviceThatMay(
          { Action: ["iot:Connect", "iot:Subscribe", "iot:Publish"], Resource: "*" },
          { Action: "iot:Receive", Resource: subject.arn(`topic/${topic}/may`) },
        );
        const session = await subject.connect(device);
        equal(await session.subscribe(`${topic}/#`), [1]);
        await session.publish(`${topic}/may-not`);
        await session.publish(`${topic}/may`);
        await session.message(`${topic}/may`);
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "messages/reserved/publish-events",
      title: "A device that publishes to $aws/events is not heard, whatever its policy",
      source: pages.reservedTopics,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:*", Resource: "*" });
        const session = await subject.connect(device);
        const topic = `$aws/events/presence/connected/${subject.name("nobody")}`;
        const events = await subject.watch(topic);
        session.post(topic, { payload: "{}" });
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "messages/reserved/subscribe-events",
      title: "A device may subscribe to event topics where its policy lets it",
      source: pages.reservedTopics,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:*", Resource: "*" });
        const session = await subject.connect(device);
        const granted = await session.subscribe(`$aws/events/presence/+/${subject.name("nobody")}`);
        oneOf(present(granted[0], "a code"), [0, 1]);
      },
    },
    {
      id: "messages/payload/binary",
      title: "A payload of any bytes arrives as it was",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        const payload = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
        await session.subscribe(topic);
        await session.publish(topic, { payload });
        const { packet } = await session.message(topic);
        equal(Buffer.compare(Buffer.from(packet.payload), payload), 0, "difference");
      },
    },
  ],
};
