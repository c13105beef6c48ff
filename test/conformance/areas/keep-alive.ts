import { type Area, pages } from "../conformance-case.ts";
import { equal, includes } from "../expect.ts";

const source = pages.quotas;
const slow = "it waits for one and a half times the keep-alive of 30 s";

export const keepAlive: Area = {
  name: "keep-alive",
  cases: [
    {
      id: "keep-alive/ping/answered",
      title: "PINGREQ is answered",
      source: pages.mqtt,
      confidence: "doc",
      run: async (subject) => {
        const session = await subject.connect(await subject.device());
        session.send({ cmd: "pingreq" });
        await session.receive("pingresp");
      },
    },
    {
      id: "keep-alive/server/told",
      title: "Over MQTT 5 a keep-alive of 0 is answered with the server's 1,200 seconds",
      source,
      confidence: "doc",
      run: async (subject) => {
        const { connack } = await subject.connect(await subject.device(), {
          version: 5,
          packet: { keepalive: 0 },
        });
        equal(connack.properties?.serverKeepAlive, 1200);
      },
    },
    {
      id: "keep-alive/expired/closed",
      title: "A silent client is closed after one and a half times its keep-alive",
      source,
      confidence: "doc",
      slow,
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), {
          packet: { keepalive: 30 },
        });
        const topic = `$aws/events/presence/disconnected/${session.clientId}`;
        const events = await subject.watch(topic);
        await new Promise((resolve) => setTimeout(resolve, 30_000));
        equal(session.socket.readyState, "open", "after 30 s");
        await new Promise((resolve) => setTimeout(resolve, 20_000));
        await session.closed();
        includes((await events.message(topic)).json(), {
          disconnectReason: "MQTT_KEEP_ALIVE_TIMEOUT",
        });
      },
    },
    {
      id: "keep-alive/shorter/raised",
      title: "A keep-alive below 30 seconds counts as 30",
      source,
      confidence: "doc",
      slow: "it is silent for 20 s",
      run: async (subject) => {
        const session = await subject.connect(await subject.device(), { packet: { keepalive: 5 } });
        await new Promise((resolve) => setTimeout(resolve, 20_000));
        session.send({ cmd: "pingreq" });
        await session.receive("pingresp");
      },
    },
  ],
};
