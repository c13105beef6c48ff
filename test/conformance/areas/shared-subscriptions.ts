import { type Area, pages } from "../conformance-case.ts";
import { equal } from "../expect.ts";
import { checkNoMessage } from "../subject/mqtt-session.ts";

const source = pages.mqtt;

export const sharedSubscriptions: Area = {
  name: "shared-subscriptions",
  cases: [
    ...([4, 5] as const).map((version) => ({
      id: `shared-subscriptions/one-member/mqtt-${version}`,
      title: `Each message reaches one member of the group, over MQTT ${version === 4 ? "3.1.1" : "5"}`,
      source,
      confidence: "doc" as const,
      run: async (subject: Parameters<Area["cases"][number]["run"]>[0]) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const members = [
          await subject.connect(device, { version }),
          await subject.connect(device, { version }),
        ];
        for (const member of members) equal(await member.subscribe(`$share/group/${topic}`), [1]);
        const publisher = await subject.connect(device);
        for (let count = 0; count < 6; count += 1) await publisher.publish(topic);
        await subject.settle();
        const received = members.flatMap(({ waiting }) =>
          waiting.filter(({ cmd }) => cmd === "publish"),
        );
        equal(received.length, 6, "messages of all members");
      },
    })),
    {
      id: "shared-subscriptions/beside-others/both",
      title: "A subscription outside the group gets each message too",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const topic = `${subject.name("topic")}/a`;
        const member = await subject.connect(device);
        const other = await subject.connect(device);
        await member.subscribe(`$share/group/${topic}`);
        await other.subscribe(topic);
        await other.publish(topic);
        await member.message(topic);
        await other.message(topic);
      },
    },
    {
      id: "shared-subscriptions/retained/none",
      title: "A shared subscription gets no retained message",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/a`;
        subject.note("retained", topic);
        subject.afterwards(() =>
          session.publish(topic, { payload: "", retain: true }).catch(() => {}),
        );
        await session.publish(topic, { retain: true });
        await subject.settle();
        await session.subscribe(`$share/group/${topic}`);
        await subject.settle();
        checkNoMessage(session);
      },
    },
    {
      id: "shared-subscriptions/policy/filter",
      title: "The policy is asked for the filter with its $share part",
      source: pages.policyActions,
      confidence: "inferred",
      run: async (subject) => {
        const topic = `${subject.name("topic")}/a`;
        const device = await subject.deviceThatMay(
          { Action: "iot:Connect", Resource: "*" },
          { Action: "iot:Subscribe", Resource: subject.arn(`topicfilter/$share/group/${topic}`) },
        );
        const session = await subject.connect(device);
        equal(await session.subscribe(`$share/group/${topic}`), [1]);
        equal(await session.subscribe(`$share/other/${topic}`), [0x80]);
      },
    },
  ],
};
