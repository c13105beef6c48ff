import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { arn, openSession, startTestListener, subscribe } from "./support.ts";

const filter = "$share/g/t/+";
const persistent = { clean: false } as const;

async function setup() {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  /** Connects and joins the group. */
  const join = async (clientId: string, changes: Partial<IConnectPacket> = {}) => {
    const session = await openSession(started.target, device, clientId, changes);
    if (!session.connack.sessionPresent) {
      session.send(subscribe(filter));
      await session.receive("suback");
    }
    return session;
  };
  return { ...started, device, join };
}

type Opened = Awaited<ReturnType<typeof openSession>>;
const payloads = ({ published }: Opened) => published().map(({ payload }) => String(payload));
const numbers = Array.from({ length: 60 }, (_, number) => String(number));

describe("a shared subscription", () => {
  test("gives each message to one of its members, of either version", async () => {
    const { join, publish } = await setup();
    const members = [await join("a"), await join("b", { protocolVersion: 5 })];
    for (const number of numbers) publish("t/1", number);
    await expect.poll(() => members.flatMap(payloads).toSorted()).toEqual(numbers.toSorted());
    // Both get some: it would be one in 2^59 that they do not.
    for (const member of members) expect(payloads(member)).not.toEqual([]);
  });

  test("gives each group a copy, and those a third that subscribe for themselves", async () => {
    const { join, publish } = await setup();
    const one = await join("a");
    const other = await join("b");
    other.send({ cmd: "unsubscribe", messageId: 2, unsubscriptions: [filter] });
    other.send(subscribe("$share/h/t/1", "t/1"));
    await expect
      .poll(() => other.packets.map(({ cmd }) => cmd))
      .toEqual(["connack", "suback", "unsuback", "suback"]);
    publish("t/1", "x");
    await expect.poll(() => payloads(one)).toEqual(["x"]);
    await expect.poll(() => payloads(other)).toEqual(["x", "x"]);
  });

  test("passes over members that are away or may not receive", async () => {
    const { join, publish, registry, issueFor } = await setupWithOthers();
    const away = await join("away", persistent);
    away.socket.destroy();
    await away.closed;
    await issueFor("deaf");
    const member = await join("b");
    for (const number of numbers) publish("t/1", number);
    await expect.poll(() => payloads(member)).toEqual(numbers);
    expect(registry.deps.tables.queuedMessages.sizes()).toEqual([]);
  });

  test("queues for its persistent members, and any member may fetch it", async () => {
    const { join, publish } = await setup();
    const away = await join("a", persistent);
    away.socket.destroy();
    await away.closed;
    publish("t/1", "1");
    publish("t/1", "at QoS 0", 0);
    const other = await join("b");
    await expect.poll(() => payloads(other)).toEqual(["1"]);
    other.socket.destroy();
    await other.closed;
    // It was not acknowledged.
    const back = await join("a", persistent);
    await expect.poll(() => payloads(back)).toEqual(["1"]);
  });

  test("keeps nothing without a persistent member", async () => {
    const { join, publish, registry } = await setup();
    const member = await join("a");
    member.socket.destroy();
    await member.closed;
    publish("t/1", "1");
    expect(registry.deps.tables.queuedMessages.sizes()).toEqual([]);
  });

  test("may be received by a policy that names the topic with the share", async () => {
    const { join, publish, registry, device } = await setup();
    registry.setPolicies(device.certificateId, {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["iot:Connect", "iot:Subscribe"], Resource: "*" },
        { Effect: "Allow", Action: "iot:Receive", Resource: arn("topic/$share/g/t/1") },
      ],
    });
    const member = await join("a");
    publish("t/2", "no");
    publish("t/1", "yes");
    await expect.poll(() => payloads(member)).toEqual(["yes"]);
  });
});

async function setupWithOthers() {
  const started = await setup();
  const { registry, addDevice, target } = started;
  /** Joins the group under a policy that allows no receipt. */
  const issueFor = async (clientId: string) => {
    const device = await addDevice(clientId);
    registry.setPolicies(device.certificateId, {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["iot:Connect", "iot:Subscribe"], Resource: "*" }],
    });
    const session = await openSession(target, device, clientId);
    session.send(subscribe(filter));
    await session.receive("suback");
  };
  return { ...started, issueFor };
}

test.for([
  ["$share/g/$aws/things/d1/shadow/update/accepted", "SHADOW_UNSUPPORTED"],
  ["$share/g/$SYS/#", "RESERVED_TOPIC"],
] as const)(
  "a shared subscription to %s is refused as the filter alone",
  async ([topic, outcome]) => {
    const { target, device, outcomes } = await setup();
    const session = await openSession(target, device, "d1");
    session.send(subscribe(topic));
    expect(await session.receive("suback")).toMatchObject({ granted: [0x80] });
    expect(outcomes()).toEqual(["ACCEPTED", outcome]);
  },
);
