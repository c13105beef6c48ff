import { type Area, type ConformanceCase, pages } from "../conformance-case.ts";
import { equal, includes, matches, oneOf } from "../expect.ts";
import { toConnectPacket } from "../subject/mqtt-session.ts";

const source = "AWS_FACTS section 3";
const closed = "closed without CONNACK";

const versions = [4, 5] as const;
const nameOf = { 4: "MQTT 3.1.1", 5: "MQTT 5" } as const;

const forBoth = (
  toCase: (version: (typeof versions)[number], name: string) => ConformanceCase,
): readonly ConformanceCase[] => versions.map((version) => toCase(version, nameOf[version]));

export const connect: Area = {
  name: "connect",
  cases: [
    ...forBoth((version, name) => ({
      id: `connect/accepted/mqtt-${version}`,
      title: `An ACTIVE certificate with a policy connects over ${name}`,
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const { connack } = await subject.connect(await subject.device(), { version });
        equal(connack.sessionPresent, false, "session present");
      },
    })),
    {
      id: "connect/denied/no-policy",
      title: "An ACTIVE certificate without a policy is closed without CONNACK",
      source: "AWS_FACTS section 1.1",
      confidence: "3p",
      run: async (subject) => {
        equal(await subject.attempt(await subject.device({ bare: true })), closed);
      },
    },
    {
      id: "connect/denied/policy",
      title: "A client id that the policy does not name is closed without CONNACK",
      source,
      confidence: "3p",
      run: async (subject) => {
        const device = await subject.deviceThatMay({
          Action: "iot:Connect",
          Resource: subject.arn("client/somebody-else"),
        });
        equal(await subject.attempt(device), closed);
      },
    },
    {
      id: "connect/denied/mqtt-5",
      title: "Over MQTT 5 a denied client gets CONNACK 0x87 or none",
      source: pages.mqtt,
      confidence: "inferred",
      run: async (subject) => {
        const device = await subject.device({ bare: true });
        oneOf(await subject.attempt(device, { version: 5 }), ["CONNACK 135", closed]);
      },
    },
    ...(["INACTIVE", "REVOKED"] as const).map(
      (status): ConformanceCase => ({
        id: `connect/denied/${status}`,
        title: `A certificate that is ${status} cannot connect`,
        source: "AWS_FACTS section 1.2",
        confidence: "doc",
        run: async (subject) => {
          const device = await subject.device();
          await subject.iot.updateCertificate({ certificateId: device.id, newStatus: status });
          oneOf(await subject.attempt(device), [closed, "TLS refused"]);
        },
      }),
    ),
    {
      id: "connect/denied/unknown",
      title: "A certificate that is not registered, under no registered CA, cannot connect",
      source,
      confidence: "doc",
      run: async (subject) => {
        oneOf(await subject.attempt(await subject.issue()), [closed, "TLS refused"]);
      },
    },
    {
      id: "connect/client-id/128-bytes",
      title: "A client id may have 128 bytes, not 129",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const clientId = subject.name("client").padEnd(128, "x");
        await subject.connect(device, { clientId });
        const seen = await subject.attempt(device, { clientId: `${clientId}x` });
        oneOf(seen, [closed, "CONNACK 2"]);
      },
    },
    {
      id: "connect/client-id/dollar",
      title: "A client id may not begin with a dollar sign",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const seen = await subject.attempt(device, { clientId: `$${subject.name()}` });
        oneOf(seen, [closed, "CONNACK 2"]);
      },
    },
    {
      id: "connect/client-id/empty-3.1.1",
      title: "Over MQTT 3.1.1 a client without a client id is refused",
      source,
      confidence: "recalled",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        oneOf(await subject.attempt(device, { clientId: "" }), [closed, "CONNACK 2"]);
      },
    },
    {
      id: "connect/client-id/assigned-5",
      title: "Over MQTT 5 a client without a client id is assigned one",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const { connack } = await subject.connect(device, { clientId: "", version: 5 });
        matches(connack.properties?.assignedClientIdentifier, /./);
      },
    },
    {
      id: "connect/protocol/3.1",
      title: "MQTT 3.1 is refused",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const packet = { protocolId: "MQIsdp", protocolVersion: 3 } as never;
        oneOf(await subject.attempt(device, { packet }), [closed, "CONNACK 1"]);
      },
    },
    {
      id: "connect/order/second-connect",
      title: "A second CONNECT ends the connection with CLIENT_ERROR",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `$aws/events/presence/disconnected/${session.clientId}`;
        const events = await subject.watch(topic);
        session.send(toConnectPacket(session.clientId, 4));
        await session.closed();
        includes((await events.message(topic)).json(), { disconnectReason: "CLIENT_ERROR" });
      },
    },
    {
      id: "connect/order/not-connect-first",
      title: "Another packet before CONNECT ends the connection",
      source: "http://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html section 3.1",
      confidence: "doc",
      run: async (subject) => {
        const link = await subject.open(await subject.device());
        link.send({ cmd: "pingreq" });
        await link.closed();
      },
    },
    {
      id: "connect/will/published",
      title: "The will is published when a connection breaks",
      source: pages.lifeCycleEvents,
      confidence: "doc",
      run: async (subject) => {
        const topic = `${subject.name("will")}/gone`;
        const events = await subject.watch(topic);
        const will = { topic, payload: Buffer.from("gone"), qos: 1 as const };
        const session = await subject.connect(await subject.device(), { packet: { will } });
        session.close();
        equal((await events.message(topic)).text, "gone");
      },
    },
    {
      id: "connect/will/not-after-disconnect",
      title: "The will is not published after DISCONNECT",
      source: pages.lifeCycleEvents,
      confidence: "doc",
      run: async (subject) => {
        const topic = `${subject.name("will")}/gone`;
        const events = await subject.watch(topic);
        const will = { topic, payload: Buffer.from("gone"), qos: 1 as const };
        const session = await subject.connect(await subject.device(), { packet: { will } });
        await session.disconnect();
        await subject.settle();
        equal(events.waiting.length, 0, "messages");
      },
    },
    {
      id: "connect/will/denied",
      title: "A will that the policy does not allow refuses the connection",
      source: pages.lifeCycleEvents,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({ Action: "iot:Connect", Resource: "*" });
        const will = { topic: subject.name("will"), payload: Buffer.from("gone"), qos: 1 as const };
        equal(await subject.attempt(device, { packet: { will } }), closed);
      },
    },
  ],
};
