import { type Area, pages } from "../conformance-case.ts";
import { equal } from "../expect.ts";
import type { Session } from "../subject/mqtt-session.ts";
import type { Subject } from "../subject/subject.ts";

const source = pages.mqtt;
const lasting = { clean: false };

/** A device that was subscribed in a persistent session and went. */
async function leave(subject: Subject, packet: object = lasting, version: 4 | 5 = 4) {
  const device = await subject.device();
  const topic = `${subject.name("topic")}/a`;
  const session = await subject.connect(device, { packet, version });
  equal(session.connack.sessionPresent, false, "session present at first");
  await session.subscribe(topic);
  session.close();
  await session.closed();
  await subject.settle();
  const { clientId } = session;
  const comeBack = (changes: object = packet, as: 4 | 5 = version) =>
    subject.connect(device, { clientId, packet: changes, version: as });
  return { device, topic, comeBack };
}

const publishFrom = async (subject: Subject, topic: string, ...payloads: readonly string[]) => {
  const other: Session = await subject.connect(await subject.device());
  for (const payload of payloads) await other.publish(topic, { payload });
};

export const persistentSessions: Area = {
  name: "persistent-sessions",
  cases: [
    {
      id: "persistent-sessions/resume/present",
      title: "A client that comes back finds its session present and its subscriptions in force",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic, comeBack } = await leave(subject);
        const session = await comeBack();
        equal(session.connack.sessionPresent, true, "session present");
        await session.publish(topic);
        equal((await session.message(topic)).text, "hello");
      },
    },
    {
      id: "persistent-sessions/resume/messages",
      title: "Messages of QoS 1 that came meanwhile are delivered, in order",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic, comeBack } = await leave(subject);
        await publishFrom(subject, topic, "1", "2", "3");
        const session = await comeBack();
        const texts = [];
        for (let count = 0; count < 3; count += 1) texts.push((await session.message(topic)).text);
        equal(texts, ["1", "2", "3"]);
      },
    },
    {
      id: "persistent-sessions/resume/unacknowledged",
      title: "A message that was not acknowledged comes again",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const first = await subject.connect(device, { packet: lasting });
        await first.subscribe(topic);
        await publishFrom(subject, topic, "again");
        await first.receive("publish");
        first.close();
        await first.closed();
        const second = await subject.connect(device, {
          packet: lasting,
          clientId: first.clientId,
        });
        equal((await second.message(topic)).text, "again");
      },
    },
    {
      id: "persistent-sessions/clean/ended",
      title: "A clean connect ends the session",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic, comeBack } = await leave(subject);
        const clean = await comeBack({ clean: true });
        equal(clean.connack.sessionPresent, false, "session present");
        await clean.disconnect();
        await publishFrom(subject, topic, "lost");
        equal((await comeBack()).connack.sessionPresent, false, "session present later");
      },
    },
    {
      id: "persistent-sessions/mqtt-5/resume",
      title: "Over MQTT 5 a session with an expiry is found again",
      source,
      confidence: "doc",
      run: async (subject) => {
        const packet = { clean: false, properties: { sessionExpiryInterval: 600 } };
        const { topic, comeBack } = await leave(subject, packet, 5);
        await publishFrom(subject, topic, "meanwhile");
        const session = await comeBack();
        equal(session.connack.sessionPresent, true, "session present");
        equal((await session.message(topic)).text, "meanwhile");
      },
    },
    {
      id: "persistent-sessions/mqtt-5/no-expiry",
      title: "Over MQTT 5 a session without an expiry ends with its connection",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { comeBack } = await leave(subject, { clean: false }, 5);
        equal((await comeBack()).connack.sessionPresent, false, "session present");
      },
    },
    {
      id: "persistent-sessions/mqtt-5/expiry-adjusted",
      title: "Over MQTT 5 an expiry above the maximum is lowered to 3,600 and told",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { connack } = await subject.connect(await subject.device(), {
          version: 5,
          packet: { clean: false, properties: { sessionExpiryInterval: 86_400 } },
        });
        equal(connack.properties?.sessionExpiryInterval, 3600);
      },
    },
    {
      id: "persistent-sessions/mqtt-5/expires",
      title: "Over MQTT 5 a session is gone when its expiry has passed",
      source,
      confidence: "doc",
      run: async (subject) => {
        const packet = { clean: false, properties: { sessionExpiryInterval: 1 } };
        const { comeBack } = await leave(subject, packet, 5);
        await new Promise((resolve) => setTimeout(resolve, 2500));
        equal((await comeBack()).connack.sessionPresent, false, "session present");
      },
    },
    {
      id: "persistent-sessions/versions/not-mixed",
      title: "A session of MQTT 3.1.1 is not taken up over MQTT 5",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { comeBack } = await leave(subject);
        const packet = { clean: false, properties: { sessionExpiryInterval: 600 } };
        equal((await comeBack(packet, 5)).connack.sessionPresent, false, "session present");
      },
    },
  ],
};
