import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { DeviceMessage } from "../../../src/iot-core/listener/listener-deps.ts";
import {
  attemptConnect,
  connectPacket,
  issue,
  openSession,
  publish,
  startTestListener,
  subscribe,
} from "./support.ts";

/** Quotas of which some are used up; remembers what was taken. */
async function setup(...exhausted: readonly string[]) {
  const taken: string[] = [];
  const empty = new Set(exhausted);
  const started = await startTestListener({
    quotas: {
      take: (quota, key) => {
        taken.push(quota === "ConnectPerClientId" ? `${quota} ${key}` : quota);
        return !empty.has(quota);
      },
    },
  });
  const device = await started.addDevice("d1");
  return { ...started, device, taken, empty };
}

describe("a CONNECT packet", () => {
  test.for(["Connect", "ConnectPerClientId"])("beyond the quota %s is refused", async (quota) => {
    const { target, device, outcomes } = await setup(quota);
    const old = await attemptConnect(target, device);
    const modern = await attemptConnect(target, device, {
      protocolVersion: 5,
      packet: connectPacket("d1", { protocolVersion: 5 }),
    });
    expect(old.packets).toEqual([]);
    expect(modern.packets).toMatchObject([{ cmd: "connack", reasonCode: 0x97 }]);
    expect(outcomes()).toEqual(["CONNECT_THROTTLED", "CONNECT_THROTTLED"]);
  });

  test("of an unknown certificate counts, and registers only within the quota", async () => {
    const { target, registry, outcomes, taken, empty } = await setup("CertificateRegistration");
    const ca = await issue("CN=Acme device CA");
    registry.addCa(ca);
    const device = await issue("CN=new", { issuer: ca });
    await attemptConnect(target, device);
    expect(registry.certificates.has(device.certificateId)).toBe(false);
    empty.clear();
    await attemptConnect(target, device);
    expect(outcomes()).toEqual(["REGISTRATION_THROTTLED", "REGISTERED"]);
    const attempt = ["ConnectPerClientId d1", "Connect", "CertificateRegistration"];
    expect(taken).toEqual([...attempt, ...attempt]);
  });

  test("without certificate takes nothing", async () => {
    const { target, taken } = await setup();
    await attemptConnect(target, undefined);
    expect(taken).toEqual([]);
  });
});

describe("a message", () => {
  test.for(["PublishInPerConnection", "PublishInPerAccount"])(
    "beyond the quota %s is discarded, and reported once",
    async (quota) => {
      const { target, device, outcomes, empty, taken } = await setup();
      const old = await openSession(target, device, "d1");
      const modern = await openSession(target, device, "d2", { protocolVersion: 5 });
      empty.add(quota);
      for (const session of [old, modern]) {
        session.send(publish("t"));
        session.send(publish("t"));
        session.send({ cmd: "pingreq" });
        await session.receive("pingresp");
      }
      expect(old.packets.map(({ cmd }) => cmd)).toEqual(["connack", "pingresp"]);
      expect(modern.packets.slice(1, 3)).toMatchObject([
        { cmd: "puback", reasonCode: 0x97 },
        { cmd: "puback", reasonCode: 0x97 },
      ]);
      expect(outcomes().slice(2)).toEqual(["PUBLISH_THROTTLED", "PUBLISH_THROTTLED"]);
      expect(taken).toContain("PublishInPerConnection");
    },
  );

  test.for(["PublishOutPerConnection", "PublishOutPerAccount"])(
    "to a client beyond the quota %s is discarded",
    async (quota) => {
      const { target, device, empty, ...started } = await setup();
      const session = await openSession(target, device, "d1");
      session.send(subscribe("t"));
      await session.receive("suback");
      empty.add(quota);
      started.publish("t", "no");
      empty.clear();
      started.publish("t", "yes");
      expect(await session.receive("publish")).toMatchObject({ payload: Buffer.from("yes") });
    },
  );
});

test("a subscription beyond the quota is refused", async () => {
  const { target, device, outcomes } = await setup("SubscribePerAccount");
  const session = await openSession(target, device, "d1", { protocolVersion: 5 });
  session.send(subscribe("t"));
  expect(await session.receive("suback")).toMatchObject({ granted: [0x97] });
  expect(outcomes()).toEqual(["ACCEPTED", "SUBSCRIBE_THROTTLED"]);
});

test("what a device may publish is handed on, wills included, and nothing else", async () => {
  const handed: DeviceMessage[] = [];
  const { target, addDevice, listener } = await startTestListener({
    onMessage: (message) => handed.push(message),
  });
  const device = await addDevice("d1");
  const session = await openSession(target, device, "d1", {
    will: { topic: "wills", payload: Buffer.from("gone"), qos: 0, retain: false },
  });
  session.send(publish("t"));
  await session.receive("puback");
  listener.connections.publish({ topic: "cloud", payload: Buffer.from(""), qos: 0 });
  session.send(publish("$aws/rules/r/t"));
  await session.closed;
  const from = { clientId: "d1", certificateId: device.certificateId };
  expect(handed).toEqual([
    { ...from, topic: "t", payload: Buffer.from("hello") },
    { ...from, topic: "wills", payload: Buffer.from("gone") },
  ]);
});

describe("a deactivation that counts after a delay", () => {
  async function setupDelayed() {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const started = await startTestListener({ propagationDelayMs: 60_000 });
    const device = await started.addDevice("d1");
    const session = await openSession(started.target, device, "d1", { keepalive: 1200 });
    return { ...started, device, session };
  }

  test("ends the connection then", async () => {
    const { registry, device, session, outcomes } = await setupDelayed();
    registry.setStatus(device.certificateId, "INACTIVE");
    await vi.advanceTimersByTimeAsync(59_999);
    expect(outcomes()).toEqual(["ACCEPTED"]);
    await vi.advanceTimersByTimeAsync(1);
    await session.closed;
    expect(outcomes()).toEqual(["ACCEPTED", "CERTIFICATE_DEACTIVATED"]);
  });

  test("is forgotten when the certificate is ACTIVE again", async () => {
    const { registry, device, outcomes } = await setupDelayed();
    registry.setStatus(device.certificateId, "INACTIVE");
    registry.setStatus(device.certificateId, "ACTIVE");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outcomes()).toEqual(["ACCEPTED"]);
  });
});
