import { type Area, pages } from "../conformance-case.ts";
import { equal } from "../expect.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";
import type { Subject } from "../subject/subject.ts";

const source = pages.mqtt;

async function retain(subject: Subject, payload = "kept") {
  const topic = `${subject.name("topic")}/a`;
  subject.note("retained", topic);
  const session = await subject.connect(await subject.device());
  await session.publish(topic, { payload, retain: true });
  await subject.settle();
  subject.afterwards(() => session.publish(topic, { payload: "", retain: true }).catch(() => {}));
  return { topic, session };
}

export const retained: Area = {
  name: "retained",
  cases: [
    {
      id: "retained/new-subscription/sent",
      title: "A new subscription gets the retained message, with RETAIN set",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic } = await retain(subject);
        const events = await subject.watch(topic);
        const { text, packet } = await events.message(topic);
        equal([text, packet.retain], ["kept", true]);
      },
    },
    {
      id: "retained/existing-subscription/flag",
      title: "A subscription that is there gets it with RETAIN clear",
      source,
      confidence: "doc",
      run: async (subject) => {
        const topic = `${subject.name("topic")}/a`;
        subject.note("retained", topic);
        const events = await subject.watch(topic);
        const session = await subject.connect(await subject.device());
        await session.publish(topic, { retain: true });
        equal((await events.message(topic)).packet.retain, false);
        await session.publish(topic, { payload: "", retain: true });
      },
    },
    {
      id: "retained/wildcard/sent",
      title: "A new subscription with a wildcard gets no retained message",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic } = await retain(subject);
        const events = await subject.watch(topic.replace(/a$/, "+"));
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "retained/replaced/last",
      title: "A later retained message replaces the earlier one",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic, session } = await retain(subject);
        await session.publish(topic, { payload: "newer", retain: true });
        await subject.settle();
        equal((await (await subject.watch(topic)).message(topic)).text, "newer");
      },
    },
    {
      id: "retained/emptied/gone",
      title: "An empty retained message takes it away, and is delivered itself",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { topic, session } = await retain(subject);
        await session.subscribe(topic);
        await session.message(topic);
        await session.publish(topic, { payload: "", retain: true });
        equal((await session.message(topic)).text, "");
        await subject.settle();
        const events = await subject.watch(topic);
        await subject.settle();
        checkNoMessage(events);
      },
    },
    {
      id: "retained/denied/retain-publish",
      title: "RETAIN needs iot:RetainPublish beside iot:Publish",
      source: pages.policyActions,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.deviceThatMay({
          Action: ["iot:Connect", "iot:Publish"],
          Resource: "*",
        });
        const session = await subject.connect(device);
        const topic = subject.name("topic");
        subject.note("retained", topic);
        session.post(topic, { retain: true });
        await session.closed();
      },
    },
  ],
};
