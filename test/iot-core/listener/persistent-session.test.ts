import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { arn, openSession, startTestListener, subscribe } from "./support.ts";

interface Version {
  readonly name: string;
  readonly stay: Partial<IConnectPacket>;
  readonly go: Partial<IConnectPacket>;
}

const version4: Version = { name: "3.1.1", stay: { clean: false }, go: { clean: true } };
const version5: Version = {
  name: "5",
  stay: { protocolVersion: 5, clean: false, properties: { sessionExpiryInterval: 3600 } },
  go: { protocolVersion: 5, clean: true },
};
const versions = [version4, version5];

async function setup(stateFile?: string) {
  const started = await startTestListener(stateFile === undefined ? {} : { stateFile });
  const device = await started.addDevice("d1");
  const open = (changes: Partial<IConnectPacket>) =>
    openSession(started.target, device, "d1", changes);
  const wait = (seconds: number) => {
    started.clock.now = new Date(started.clock.now.getTime() + seconds * 1000);
  };
  /** Subscribes to `t` and goes away. */
  const leave = async (changes: Partial<IConnectPacket>) => {
    const session = await open(changes);
    session.send(subscribe("t"));
    await session.receive("suback");
    session.send({ cmd: "disconnect", reasonCode: 0 });
    await session.closed;
    return session;
  };
  return { ...started, device, open, leave, wait };
}

type Opened = Awaited<ReturnType<typeof openSession>>;
const payloads = ({ published }: Opened) => published().map(({ payload }) => String(payload));

describe.for(versions)("a persistent session of MQTT $name", ({ stay, go }) => {
  test("keeps its subscriptions and what came while the client was away", async () => {
    const { leave, open, publish } = await setup();
    expect((await leave(stay)).connack.sessionPresent).toBe(false);
    publish("t", "1");
    publish("t", "at QoS 0", 0);
    publish("u", "not subscribed");
    const back = await open(stay);
    expect(back.connack.sessionPresent).toBe(true);
    publish("t", "2");
    await expect.poll(() => payloads(back)).toEqual(["1", "2"]);
  });

  test("sends again what was not acknowledged", async () => {
    const { open, publish } = await setup();
    const first = await open(stay);
    first.send(subscribe("t"));
    await first.receive("suback");
    publish("t", "1");
    publish("t", "2");
    await expect.poll(() => payloads(first)).toEqual(["1", "2"]);
    first.send({ cmd: "puback", messageId: 1, reasonCode: 0 });
    first.send({ cmd: "disconnect", reasonCode: 0 });
    await first.closed;

    const second = await open(stay);
    await expect.poll(() => payloads(second)).toEqual(["2"]);
    second.socket.destroy();
    await second.closed;
    const third = await open(stay);
    await expect.poll(() => payloads(third)).toEqual(["2"]);
    third.send({ cmd: "puback", messageId: 1, reasonCode: 0 });
    third.send({ cmd: "disconnect", reasonCode: 0 });
    await third.closed;

    const fourth = await open(stay);
    publish("t", "3");
    await expect.poll(() => payloads(fourth)).toEqual(["3"]);
  });

  test("ends with a clean connect", async () => {
    const { leave, open, publish } = await setup();
    await leave(stay);
    publish("t", "1");
    const clean = await open(go);
    expect(clean.connack.sessionPresent).toBe(false);
    clean.socket.destroy();
    const back = await open(stay);
    expect(back.connack.sessionPresent).toBe(false);
    publish("t", "2");
    back.send({ cmd: "pingreq" });
    await back.receive("pingresp");
    expect(payloads(back)).toEqual([]);
  });

  test("expires an hour after its connection, not before", async () => {
    const { leave, open, wait, publish } = await setup();
    await leave(stay);
    wait(3599);
    expect((await open(stay)).connack.sessionPresent).toBe(true);
    await leave(stay);
    publish("t", "1");
    wait(3600);
    const late = await open(stay);
    expect(late.connack.sessionPresent).toBe(false);
    late.send({ cmd: "pingreq" });
    await late.receive("pingresp");
    expect(payloads(late)).toEqual([]);
  });

  test("survives a restart of the endpoint, connected or not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessions-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const stateFile = join(folder, "state.sqlite");
    const before = await setup(stateFile);
    const session = await before.open(stay);
    session.send(subscribe("t", "$share/g/s"));
    await session.receive("suback");
    before.publish("t", "unacknowledged");
    await expect.poll(() => payloads(session)).toEqual(["unacknowledged"]);
    await before.close();

    const after = await setup(stateFile);
    after.publish("t", "away");
    after.publish("s", "shared");
    expect(after.listener.connections.find("d1")).toMatchObject({
      isConnected: false,
      isCleanSession: false,
      disconnectReason: "SERVER_INITIATED_DISCONNECT",
    });
    expect(after.listener.connections.subscriptionsOf("d1")).toEqual([
      { topicFilter: "$share/g/s", qos: 1 },
      { topicFilter: "t", qos: 1 },
    ]);
    const back = await after.open(stay);
    expect(back.connack.sessionPresent).toBe(true);
    await expect
      .poll(() => payloads(back).toSorted())
      .toEqual(["away", "shared", "unacknowledged"]);
  });
});

test.for([
  { from: version4, to: version5 },
  { from: version5, to: version4 },
])("a session of MQTT $from.name is not resumed as $to.name", async ({ from, to }) => {
  const { leave, open, publish } = await setup();
  await leave(from.stay);
  publish("t", "1");
  const other = await open(to.stay);
  expect(other.connack.sessionPresent).toBe(false);
  other.send({ cmd: "pingreq" });
  await other.receive("pingresp");
  expect(payloads(other)).toEqual([]);
});

test("stored messages are sent ten a second, current ones at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { leave, open, publish } = await setup();
  await leave(version4.stay);
  for (let number = 0; number < 25; number += 1) publish("t", String(number));
  const back = await open(version4.stay);
  await expect.poll(() => payloads(back).length, { interval: 1 }).toBe(10);
  publish("t", "current");
  await expect.poll(() => payloads(back).at(-1), { interval: 1 }).toBe("current");
  await vi.advanceTimersByTimeAsync(1000);
  await expect.poll(() => payloads(back).length, { interval: 1 }).toBe(21);
  await vi.advanceTimersByTimeAsync(1000);
  await expect.poll(() => payloads(back).length, { interval: 1 }).toBe(26);
  expect(payloads(back).toSorted()).toEqual(
    [...Array.from({ length: 25 }, (_, number) => String(number)), "current"].toSorted(),
  );
});

test("a thousand messages wait for a client, and no more", async () => {
  const { leave, publish, registry } = await setup();
  await leave(version4.stay);
  for (let number = 0; number < 1010; number += 1) publish("t", String(number));
  expect(registry.deps.tables.queuedMessages.sizes()).toMatchObject([
    { owner: "d1", messages: 1000 },
  ]);
});

test("DISCONNECT of MQTT 5 can end the session, or shorten it", async () => {
  const { open, wait } = await setup();
  const ended = await open(version5.stay);
  ended.send({ cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
  await ended.closed;
  const shortened = await open(version5.stay);
  expect(shortened.connack.sessionPresent).toBe(false);
  shortened.send({ cmd: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 10 } });
  await shortened.closed;
  wait(10);
  expect((await open(version5.stay)).connack.sessionPresent).toBe(false);
});

test("a message that expires while the client is away is not sent", async () => {
  const { leave, open, wait, listener } = await setup();
  await leave(version5.stay);
  for (const messageExpiryInterval of [10, 100]) {
    listener.connections.publish({
      topic: "t",
      payload: Buffer.from(String(messageExpiryInterval)),
      qos: 1,
      properties: { messageExpiryInterval },
    });
  }
  wait(50);
  const back = await open(version5.stay);
  await expect.poll(() => payloads(back)).toEqual(["100"]);
});

describe("a session that another certificate takes up", () => {
  const allow = (filters: readonly string[]) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["iot:Connect", "iot:Receive"],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: "iot:Subscribe",
        Resource: filters.map((filter) => arn(`topicfilter/${filter}`)),
      },
    ],
  });

  test.for([
    { may: ["t", "u"], sessionPresent: true },
    { may: ["t"], sessionPresent: false },
  ])(
    "is resumed: $sessionPresent, when that may subscribe to $may",
    async ({ may, sessionPresent }) => {
      const { open, target, addDevice, registry, publish } = await setup();
      const first = await open(version4.stay);
      first.send(subscribe("t", "u"));
      await first.receive("suback");
      first.send({ cmd: "disconnect" });
      await first.closed;
      publish("t", "waits");

      const second = await addDevice("another");
      registry.setPolicies(second.certificateId, allow(may));
      const back = await openSession(target, second, "d1", version4.stay);
      expect(back.connack.sessionPresent).toBe(sessionPresent);
      publish("t", "new");
      back.send({ cmd: "pingreq" });
      await back.receive("pingresp");
      expect(payloads(back)).toEqual(sessionPresent ? ["waits", "new"] : []);
    },
  );
});
