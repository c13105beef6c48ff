import { describe, expect, test } from "vitest";
import { maximumRetainedMessages } from "../../../src/iot-core/listener/retained-store.ts";
import { arn, openSession, publish, startTestListener, subscribe } from "./support.ts";

async function setup() {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  const open = (clientId: string, protocolVersion: 4 | 5 = 4) =>
    openSession(started.target, device, clientId, { protocolVersion });
  const publisher = await open("publisher", 5);
  /** Publishes and waits for the answer. */
  const retain = async (topic: string, payload: string, properties = {}) => {
    const connection = await open(`publisher-of-${topic}`, 5);
    connection.send({
      ...publish(topic, { retain: true, payload: Buffer.from(payload) }),
      properties,
    } as Parameters<typeof connection.send>[0]);
    return connection.receive("puback");
  };
  return { ...started, device, open, publisher, retain };
}

type Opened = Awaited<ReturnType<typeof openSession>>;
const received = ({ published }: Opened) =>
  published().map(({ topic, payload, retain }) => `${topic} ${String(payload)} ${retain}`);

describe("a retained message", () => {
  test("is sent to new subscribers of exactly its topic", async () => {
    const { open, retain } = await setup();
    await retain("a/b", "old");
    await retain("a/b", "kept");
    const session = await open("s");
    session.send(subscribe("a/+", "#", "$share/g/a/b", "a/b"));
    await expect.poll(() => received(session)).toEqual(["a/b kept true"]);
    session.send({ cmd: "pingreq" });
    await session.receive("pingresp");
    expect(session.packets.map(({ cmd }) => cmd)).toEqual([
      "connack",
      "suback",
      "publish",
      "pingresp",
    ]);
  });

  test("comes without the flag to those who have subscribed already", async () => {
    const { open, retain } = await setup();
    const session = await open("s");
    session.send(subscribe("a"));
    await session.receive("suback");
    await retain("a", "1");
    await expect.poll(() => received(session)).toEqual(["a 1 false"]);
  });

  test("is deleted by one without payload, which is delivered too", async () => {
    const { open, retain, listener } = await setup();
    await retain("a", "1");
    const session = await open("s");
    session.send(subscribe("a"));
    await retain("a", "");
    await expect.poll(() => received(session)).toEqual(["a 1 true", "a  false"]);
    expect(listener.retainedMessages.get("a")).toBeUndefined();
  });

  test("expires", async () => {
    const { retain, listener, clock } = await setup();
    await retain("a", "1", { messageExpiryInterval: 10 });
    await retain("b", "1", { messageExpiryInterval: 20 });
    clock.now = new Date(clock.now.getTime() + 10_000);
    expect(listener.retainedMessages.get("a")).toBeUndefined();
    expect(listener.retainedMessages.list(undefined, 10).messages).toMatchObject([{ topic: "b" }]);
  });

  test("is not sent to a subscription that asks for none, or has it already", async () => {
    const { open, retain } = await setup();
    await retain("a", "1");
    const session = await open("s", 5);
    const subscribeWith = (rh: number) =>
      session.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "a", qos: 1, rh }] });
    for (const handling of [2, 1, 0]) subscribeWith(handling);
    await expect.poll(() => received(session)).toEqual(["a 1 true"]);
    expect(session.packets.map(({ cmd }) => cmd)).toEqual([
      "connack",
      "suback",
      "suback",
      "suback",
      "publish",
    ]);
  });

  test("needs iot:RetainPublish", async () => {
    const { registry, device, retain, listener, attempts } = await setup();
    registry.setPolicies(device.certificateId, {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["iot:Connect", "iot:Publish"], Resource: "*" },
        { Effect: "Allow", Action: "iot:RetainPublish", Resource: arn("topic/mine") },
      ],
    });
    expect(await retain("other", "1")).toMatchObject({ reasonCode: 0x87 });
    expect(await retain("mine", "1")).toMatchObject({ reasonCode: 0 });
    expect(listener.retainedMessages.list(undefined, 10).messages).toMatchObject([
      { topic: "mine" },
    ]);
    expect(attempts.map(({ sentence }) => sentence)).toContainEqual(
      expect.stringContaining("iot:RetainPublish on other, implicit-deny"),
    );
  });

  test("is shown with what the data plane tells of it, page by page", async () => {
    const { retain, listener, clock } = await setup();
    await retain("b", "2", { userProperties: { unit: "K" } });
    await retain("a", "1");
    const { retainedMessages } = listener;
    expect(retainedMessages.get("b")).toEqual({
      topic: "b",
      payload: Uint8Array.from(Buffer.from("2")),
      qos: 1,
      lastModified: clock.now,
      userProperties: { unit: "K" },
    });
    const first = retainedMessages.list(undefined, 1);
    expect(first).toMatchObject({ messages: [{ topic: "a" }], next: "a" });
    const second = retainedMessages.list(first.next, 1);
    expect(second).toMatchObject({ messages: [{ topic: "b" }], next: undefined });
  });

  test("is discarded beyond 5,000 topics, unless it replaces one", async () => {
    const { retain, listener, outcomes } = await setup();
    for (let number = 0; number < maximumRetainedMessages; number += 1) {
      const payload = Buffer.from("x");
      listener.connections.publish({ topic: `many/${number}`, payload, qos: 0, retain: true });
    }
    expect(await retain("one-more", "1")).toMatchObject({ reasonCode: 0x97 });
    expect(await retain("many/7", "1")).toMatchObject({ reasonCode: 0 });
    expect(outcomes()).toContain("RETAINED_LIMIT_EXCEEDED");
    expect(listener.retainedMessages.get("one-more")).toBeUndefined();
  });

  test("may be a will", async () => {
    const { target, device, listener } = await setup();
    const session = await openSession(target, device, "d1", {
      will: { topic: "wills", payload: Buffer.from("gone"), qos: 1, retain: true },
    });
    session.socket.destroy();
    await expect.poll(() => listener.retainedMessages.get("wills")).toMatchObject({ qos: 1 });
  });
});
