import { type Area, pages } from "../conformance-case.ts";
import { equal } from "../expect.ts";

const source = pages.quotas;

export const limits: Area = {
  name: "limits",
  cases: [
    {
      id: "limits/topic/seven-slashes",
      title: "A topic may have seven slashes, not eight",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = `${subject.name("topic")}/1/2/3/4/5/6/7`;
        await session.publish(topic);
        session.post(`${topic}/8`);
        await session.closed();
      },
    },
    {
      id: "limits/topic/256-bytes",
      title: "A topic may have 256 bytes, not 257",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic").padEnd(256, "x");
        await session.publish(topic);
        session.post(`${topic}x`);
        await session.closed();
      },
    },
    {
      id: "limits/payload/128-kb",
      title: "A payload may have 128 KB, not a byte more",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        await session.publish(topic, { payload: Buffer.alloc(131_072) });
        session.post(topic, { payload: Buffer.alloc(131_073) });
        await session.closed();
      },
    },
    {
      id: "limits/subscribe/eight-filters",
      title: "A SUBSCRIBE may have eight filters",
      source,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        const filters = Array.from({ length: 8 }, (_, index) => `${topic}/${index}`);
        equal(
          await session.subscribe(filters),
          Array.from({ length: 8 }, () => 1),
        );
      },
    },
    {
      id: "limits/subscribe/nine-filters",
      title: "A SUBSCRIBE with nine filters ends the connection",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        const subscriptions = Array.from({ length: 9 }, (_, index) => ({
          topic: `${topic}/${index}`,
          qos: 1 as const,
        }));
        session.send({ cmd: "subscribe", messageId: 1, subscriptions });
        await session.closed();
      },
    },
    {
      id: "limits/subscribe/fifty-subscriptions",
      title: "A connection may have fifty subscriptions; one more is answered with 0x80",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        const topic = subject.name("topic");
        for (let index = 0; index < 50; index += 5) {
          const filters = Array.from({ length: 5 }, (_, offset) => `${topic}/${index + offset}`);
          equal(await session.subscribe(filters), [1, 1, 1, 1, 1]);
        }
        equal(await session.subscribe(`${topic}/more`), [0x80]);
      },
    },
    {
      id: "limits/packet/malformed",
      title: "Bytes that are no MQTT end the connection",
      source: "http://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html section 4.8",
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        session.sendBytes(Buffer.from([0xf0, 0xff, 0xff, 0xff, 0xff, 0x01]));
        await session.closed();
      },
    },
  ],
};
