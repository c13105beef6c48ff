import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import type { ListenerDeps } from "../../../src/iot-core/listener/listener-deps.ts";
import type { ReservedEvent } from "../../../src/iot-core/model.ts";
import { openSession, publish, startTestListener, subscribe } from "./support.ts";

const version5 = { protocolVersion: 5 } as const;

async function setup(options: Partial<ListenerDeps> = {}) {
  const started = await startTestListener(options);
  const device = await started.addDevice("d1");
  const open = (clientId: string, changes: Partial<IConnectPacket> = {}) =>
    openSession(started.target, device, clientId, changes);
  const connected = () => started.listener.connections.connected().map(({ clientId }) => clientId);
  return { ...started, device, open, connected };
}

/** Fails at each event of a kind. */
const failingAt = (kind: string) => ({
  publishEvent: ({ topic }: ReservedEvent) => {
    if (topic.includes(`/${kind}/`)) throw new Error("disk is full");
  },
});

describe("the end of a connection", () => {
  test("is reported: with DISCONNECT and without", async () => {
    const { open, outcomes } = await setup();
    const polite = await open("polite");
    polite.send({ cmd: "disconnect" });
    await expect.poll(outcomes).toEqual(["ACCEPTED", "CLIENT_DISCONNECTED"]);
    const lost = await open("lost");
    lost.socket.destroy();
    await expect
      .poll(outcomes)
      .toEqual(["ACCEPTED", "CLIENT_DISCONNECTED", "ACCEPTED", "CONNECTION_LOST"]);
  });

  test("is not reported when the stand-in stops, but a client of MQTT 5 is told", async () => {
    const { open, outcomes, listener } = await setup();
    const session = await open("five", version5);
    const told = session.receive("disconnect");
    await listener.close();
    expect(await told).toMatchObject({ reasonCode: 0x8b });
    expect(outcomes()).toEqual(["ACCEPTED"]);
  });

  test("that fails is reported, and stops no other", async () => {
    const { open, attempts, connected } = await setup(failingAt("disconnected"));
    const session = await open("unlucky");
    await open("other");
    session.socket.destroy();
    await expect
      .poll(() => attempts.map(({ outcome }) => outcome))
      .toEqual(["ACCEPTED", "ACCEPTED", "CONNECTION_LOST", "SERVER_ERROR"]);
    expect(attempts.at(-1)?.sentence).toContain("disk is full");
    expect(connected()).toEqual(["other"]);
  });

  test("comes at once when its begin fails, and leaves no session behind", async () => {
    const { open, outcomes, connected } = await setup(failingAt("connected"));
    const session = await open("unlucky").catch(() => undefined);
    await session?.closed;
    await expect.poll(outcomes).toEqual(["ACCEPTED", "SERVER_ERROR"]);
    expect(connected()).toEqual([]);
  });
});

test("a delivery that fails ends its receiver's connection, not the publisher's", async () => {
  let isBroken = false;
  const { open, outcomes, connected } = await setup({
    isAttached: (thingName) => {
      if (isBroken && thingName === "broken") throw new Error("disk is full");
      return false;
    },
  });
  for (const name of ["broken", "whole"]) {
    const session = await open(name);
    session.send(subscribe("t"));
    await session.receive("suback");
  }
  const publisher = await open("publisher");
  isBroken = true;
  publisher.send(publish("t"));
  await publisher.receive("puback");
  isBroken = false;
  expect(connected()).toEqual(["whole", "publisher"]);
  expect(outcomes()).toContain("SERVER_ERROR");
});
