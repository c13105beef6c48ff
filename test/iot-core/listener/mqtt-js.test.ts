import { connect } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectMqtt, connectReceiver, identity, startTestListener } from "./support.ts";

async function setup() {
  const started = await startTestListener();
  return { ...started, device: await started.addDevice("d1") };
}

describe("mqtt.js with MQTT 5", () => {
  test("exchanges messages with a client of 3.1.1, with aliases and properties", async () => {
    const { target, device } = await setup();
    const old = await connectReceiver(target, device, "old");
    await old.client.subscribeAsync("a/#", { qos: 1 });
    const modern = await connectMqtt(target, device, {
      clientId: "modern",
      protocolVersion: 5,
      autoAssignTopicAlias: true,
      properties: { topicAliasMaximum: 4, receiveMaximum: 10 },
    });
    const received: [string, unknown][] = [];
    modern.on("message", (topic, payload, { properties }) => {
      received.push([`${topic} ${payload.toString()}`, properties?.contentType]);
    });
    await modern.subscribeAsync("b/#", { qos: 1 });
    for (const number of [1, 2]) {
      await modern.publishAsync("a/t", String(number), {
        qos: 1,
        properties: { contentType: "text/plain" },
      });
      await old.client.publishAsync("b/t", String(number), { qos: 1 });
    }
    await expect.poll(() => old.received).toEqual(["a/t 1 1", "a/t 1 2"]);
    await expect
      .poll(() => received)
      .toEqual([
        ["b/t 1", undefined],
        ["b/t 2", undefined],
      ]);
  });

  test("resumes its session", async () => {
    const { target, device, publish } = await setup();
    const options = {
      clientId: "d1",
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 600 },
    } as const;
    const first = await connectMqtt(target, device, options);
    await first.subscribeAsync("t", { qos: 1 });
    await first.endAsync();
    publish("t", "while away");
    const second = connect({
      ...options,
      protocol: "mqtts",
      host: "127.0.0.1",
      port: target.port,
      servername: identity.endpointAddress,
      ca: target.caPem,
      key: device.keyPem,
      cert: device.pem,
      reconnectPeriod: 0,
    });
    onTestFinished(() => {
      second.end(true);
    });
    const received = await new Promise((resolve) =>
      second.once("message", (_, payload) => resolve(payload.toString())),
    );
    expect(received).toBe("while away");
  });

  test("is told why it is not let in", async () => {
    const { target, device, registry } = await setup();
    registry.setPolicies(device.certificateId);
    const client = connect({
      protocol: "mqtts",
      host: "127.0.0.1",
      port: target.port,
      servername: identity.endpointAddress,
      ca: target.caPem,
      key: device.keyPem,
      cert: device.pem,
      reconnectPeriod: 0,
      protocolVersion: 5,
    });
    onTestFinished(() => {
      client.end(true);
    });
    const error = await new Promise<Error>((resolve) => client.once("error", resolve));
    expect(error).toMatchObject({ code: 0x87 });
  });

  test("can leave its will behind when it disconnects, unlike 3.1.1", async () => {
    const { target, device } = await setup();
    const watcher = await connectReceiver(target, device, "watcher");
    await watcher.client.subscribeAsync("wills", { qos: 1 });
    const client = await connectMqtt(target, device, {
      clientId: "d1",
      protocolVersion: 5,
      will: { topic: "wills", payload: Buffer.from("gone"), qos: 1 },
    });
    await client.endAsync(false, { reasonCode: 4 });
    await expect.poll(() => watcher.received).toEqual(["wills 1 gone"]);
  });

  test("is disconnected with a reason when its certificate leaves ACTIVE", async () => {
    const { target, device, registry } = await setup();
    const client = await connectMqtt(target, device, { clientId: "d1", protocolVersion: 5 });
    const disconnected = new Promise((resolve) => client.once("disconnect", resolve));
    registry.setStatus(device.certificateId, "INACTIVE");
    expect(await disconnected).toMatchObject({ reasonCode: 0x87 });
  });
});
