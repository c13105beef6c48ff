import type { IConnectPacket } from "mqtt-packet";
import { describe, expect, test } from "vitest";
import { openSession, startTestListener, subscribe } from "./support.ts";

const keep = { cleanSession: false, preventWillMessage: false };

async function setup() {
  const started = await startTestListener();
  const device = await started.addDevice("d1");
  const open = (clientId: string, changes: Partial<IConnectPacket> = {}) =>
    openSession(started.target, device, clientId, changes);
  return { ...started, device, open, connections: started.listener.connections };
}

describe("a connection", () => {
  test("is described while it is there, and for half an hour after", async () => {
    const { open, connections, device, clock, registry } = await setup();
    registry.attach("d1", device.certificateId);
    const session = await open("d1", { protocolVersion: 5, keepalive: 40 });
    const description = {
      clientId: "d1",
      certificateId: device.certificateId,
      thingName: "d1",
      mqttVersion: "5",
      tlsVersion: "TLSv1.3",
      isConnected: true,
      since: clock.now,
      isCleanSession: true,
      keepAliveSeconds: 40,
      sessionExpirySeconds: 0,
      disconnectReason: undefined,
      socket: {
        sourceIp: "127.0.0.1",
        sourcePort: session.socket.localPort,
        targetIp: "127.0.0.1",
        targetPort: session.socket.remotePort,
      },
    };
    expect(connections.find("d1")).toEqual(description);
    expect(connections.connected()).toEqual([description]);

    clock.now = new Date(clock.now.getTime() + 1000);
    session.send({ cmd: "disconnect", reasonCode: 0 });
    await expect
      .poll(() => connections.find("d1"))
      .toEqual({
        ...description,
        isConnected: false,
        since: clock.now,
        disconnectReason: "CLIENT_INITIATED_DISCONNECT",
      });
    expect(connections.connected()).toEqual([]);
    expect(connections.subscriptionsOf("d1")).toBeUndefined();
    clock.now = new Date(clock.now.getTime() + 30 * 60_000);
    expect(connections.find("d1")).toBeUndefined();
  });

  test("shows its subscriptions", async () => {
    const { open, connections } = await setup();
    const session = await open("d1");
    session.send({
      cmd: "subscribe",
      messageId: 1,
      subscriptions: [
        { topic: "a", qos: 0 },
        { topic: "b/#", qos: 1 },
      ],
    });
    await session.receive("suback");
    expect(connections.subscriptionsOf("d1")).toEqual([
      { topicFilter: "a", qos: 0 },
      { topicFilter: "b/#", qos: 1 },
    ]);
  });
});

describe("ending a connection", () => {
  const will = { topic: "wills", payload: Buffer.from("gone"), qos: 0, retain: false } as const;

  test("tells an MQTT 5 client, and publishes its will and the event", async () => {
    const { open, connections, events, outcomes } = await setup();
    const watcher = await open("watcher");
    watcher.send(subscribe("wills"));
    await watcher.receive("suback");
    const session = await open("d1", { protocolVersion: 5, will });
    expect(connections.disconnect("d1", keep)).toBe(true);
    expect(await session.receive("disconnect")).toMatchObject({ reasonCode: 0x98 });
    await session.closed;
    await watcher.receive("publish");
    expect(events.at(-1)).toMatchObject({
      topic: "$aws/events/presence/disconnected/d1",
      payload: { disconnectReason: "API_INITIATED_DISCONNECT", clientInitiatedDisconnect: false },
    });
    expect(outcomes()).toEqual(["ACCEPTED", "ACCEPTED", "API_DISCONNECTED"]);
  });

  test("can keep the will back, and takes a clean session with it", async () => {
    const { open, connections } = await setup();
    const watcher = await open("watcher");
    watcher.send(subscribe("wills"));
    await watcher.receive("suback");
    const session = await open("d1", { will });
    connections.disconnect("d1", { ...keep, preventWillMessage: true });
    await session.closed;
    watcher.send({ cmd: "pingreq" });
    await watcher.receive("pingresp");
    expect(watcher.published()).toEqual([]);
    expect(connections.disconnect("d1", keep)).toBe(false);
    expect(connections.disconnect("nobody", keep)).toBe(false);
  });

  test("keeps a persistent session unless it is to be cleaned, connected or not", async () => {
    const { open, connections } = await setup();
    const first = await open("d1", { clean: false });
    connections.disconnect("d1", keep);
    await first.closed;
    const second = await open("d1", { clean: false });
    expect(second.connack.sessionPresent).toBe(true);
    second.socket.destroy();
    await expect.poll(() => connections.find("d1")?.isConnected).toBe(false);
    expect(connections.disconnect("d1", { ...keep, cleanSession: true })).toBe(true);
    const third = await open("d1", { clean: false });
    expect(third.connack.sessionPresent).toBe(false);
  });
});

describe("the events of a client", () => {
  test("carry growing version numbers, and 0 again after an hour's absence", async () => {
    const { open, events, clock } = await setup();
    const versionNumbers = () => events.map(({ payload }) => payload["versionNumber"]);
    const comeAndGo = async (clientId: string) => {
      const count = events.length;
      (await open(clientId)).socket.destroy();
      await expect.poll(() => events.length).toBe(count + 2);
    };
    await comeAndGo("d1");
    await comeAndGo("d1");
    await comeAndGo("d2");
    clock.now = new Date(clock.now.getTime() + 60 * 60_000);
    await comeAndGo("d1");
    expect(versionNumbers()).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
  });

  test("tell what it subscribed to and gave up", async () => {
    const { open, events, registry, device, clock } = await setup();
    registry.attachExclusively("lamp", device.certificateId);
    const session = await open("d1");
    session.send(subscribe("a", "$aws/rules/r", "b"));
    session.send({ cmd: "unsubscribe", messageId: 4, unsubscriptions: ["b", "never"] });
    await session.receive("unsuback");
    const common = {
      clientId: "d1",
      thingName: "lamp",
      timestamp: clock.now.getTime(),
      sessionIdentifier: events[0]?.payload["sessionIdentifier"],
      principalIdentifier: device.certificateId,
    };
    expect(events.slice(1)).toEqual([
      {
        topic: "$aws/events/subscriptions/subscribed/d1",
        payload: { ...common, eventType: "subscribed", topics: ["a", "b"] },
      },
      {
        topic: "$aws/events/subscriptions/unsubscribed/d1",
        payload: { ...common, eventType: "unsubscribed", topics: ["b"] },
      },
    ]);
  });

  test("reach those who subscribed to them by name, and nobody else", async () => {
    const { open, publish } = await setup();
    const session = await open("d1");
    session.send(subscribe("$aws/events/certificates/registered/#", "#", "+/events/#"));
    expect(await session.receive("suback")).toMatchObject({ granted: [1, 1, 1] });
    publish("$aws/events/presence/connected/d2", "{}");
    publish("$aws/events/certificates/registered/ca", "{}");
    publish("plain", "");
    await expect
      .poll(() => session.published().map(({ topic }) => topic))
      .toEqual(["$aws/events/certificates/registered/ca", "plain"]);
  });
});
