import { connect } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectDevice } from "../../src/cli/demo/device.ts";
import { createServerIdentity } from "../../src/iot-core/listener/create-server-identity.ts";
import type { ReservedEvent } from "../../src/iot-core/model.ts";
import { type IotCoreOptions, startIotCore } from "../../src/iot-core/start-iot-core.ts";
import { ensureTopicRules } from "../../src/iot-core/topic-rules/ensure-topic-rules.ts";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import { arnOf, createClient, identity } from "./support.ts";
import { createRule, createTargets, toQueue } from "./topic-rules/support.ts";

const server = await createServerIdentity([identity.endpointAddress, "localhost"]);

/** A stand-in with a CA, and a device that may do everything. */
async function setup(options: Partial<IotCoreOptions> = {}) {
  let passedMs = 0;
  const events: ReservedEvent[] = [];
  const receiving = createTargets();
  const iotCore = await startIotCore({
    stateFile: ":memory:",
    controlPlanePort: 0,
    identity,
    now: () => new Date(Date.now() + passedMs),
    publishEvent: (event) => events.push(event),
    targets: receiving.targets,
    listener: { port: 0, server, report: () => {} },
    ...options,
  });
  onTestFinished(() => iotCore.close());
  const iot = createClient(iotCore.controlPlaneUrl);
  onTestFinished(() => iot.destroy());
  const ca = await createCa({ name: "Acme" });
  await iot.registerCACertificate({
    caCertificate: ca.pem,
    certificateMode: "SNI_ONLY",
    setAsActive: true,
    allowAutoRegistration: true,
  });
  const leaf = await issueLeaf(ca, { subject: "CN=lamp" });
  const target = arnOf(`cert/${leaf.certificateId}`);
  await iot.registerCertificateWithoutCA({ certificatePem: leaf.pem, status: "ACTIVE" });
  await iot.createPolicy({
    policyName: "all",
    policyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iot:*", Resource: "*" },
    }),
  });
  await iot.attachPolicy({ policyName: "all", target });
  const mqtt = { host: "127.0.0.1", port: iotCore.listener?.port ?? 0, serverName: "localhost" };
  const endpoint = { mqtt, serverCaPem: server.caPem };
  return {
    ...receiving,
    iotCore,
    iot,
    events,
    ca,
    target,
    pass: (ms: number) => {
      passedMs += ms;
    },
    stranger: async (thingName: string) => {
      const certificate = await issueLeaf(ca, { subject: `CN=${thingName}` });
      return connectDevice({ thingName, tlsVersion: "TLSv1.3", certificate }, endpoint);
    },
    dial: async () => {
      const device = { thingName: "lamp", tlsVersion: "TLSv1.3", certificate: leaf } as const;
      const connected = await connectDevice(device, endpoint);
      if (connected.result === "accepted") return connected.session;
      throw new Error("the device was refused");
    },
    /** The same device by MQTT.js, and the first message that it receives. */
    connectClient: () => {
      const client = connect({
        protocol: "mqtts",
        host: mqtt.host,
        port: mqtt.port,
        servername: mqtt.serverName,
        ca: server.caPem,
        cert: leaf.pem,
        key: leaf.privateKeyPem,
        clientId: "lamp",
        protocolVersion: 4,
        reconnectPeriod: 0,
      });
      onTestFinished(() => {
        client.end(true);
      });
      const message = new Promise<readonly [string, string]>((resolve) => {
        client.once("message", (name, payload) => resolve([name, payload.toString()]));
      });
      return { client, message };
    },
  };
}

describe("rules are applied", () => {
  const topicRules = [
    createRule({
      ruleName: "messages",
      sql: "SELECT *, clientid() AS who FROM 'dt/#'",
      actions: [toQueue("messages")],
    }),
    createRule({
      ruleName: "registrations",
      sql: "SELECT * FROM '$aws/events/certificates/registered/+'",
      actions: [toQueue("registrations")],
    }),
  ];

  test("to what a device publishes", async () => {
    const { connectClient, until } = await setup({ topicRules });
    const { client } = connectClient();
    await client.publishAsync("dt/lamp", '{"a":1}', { qos: 1 });
    expect(await until(1)).toEqual([["messages", '{"a":1,"who":"lamp"}']]);
  });

  test("to what is published through the data plane", async () => {
    const { iotCore, until } = await setup({ topicRules });
    const url = `${iotCore.controlPlaneUrl}/topics/dt%2Flamp`;
    expect((await fetch(url, { method: "POST", body: '{"a":1}' })).status).toBe(200);
    expect(await until(1)).toEqual([["messages", '{"a":1,"who":"n/a"}']]);
  });

  test("to the event of a registration, which subscribers and observers see as well", async () => {
    const { ca, events, stranger, connectClient, until } = await setup({ topicRules });
    const topic = `$aws/events/certificates/registered/${ca.certificateId}`;
    const { client, message } = connectClient();
    await client.subscribeAsync(topic, { qos: 1 });
    expect((await stranger("new")).result).toBe("refused");
    const [[target, body] = []] = await until(1);
    expect(target).toBe("registrations");
    expect(await message).toEqual([topic, body]);
    expect(events).toContainEqual({ topic, payload: JSON.parse(String(body)) });
  });
});

describe("a rule that the stand-in is started with", () => {
  test("is there as given after every start, and keeps the time of its creation", async () => {
    const rule = createRule({ actions: [] });
    const { iot, iotCore } = await setup({ topicRules: [rule] });
    const { rule: first } = await iot.getTopicRule({ ruleName: "all" });
    expect(first).toMatchObject({ sql: rule.sql, ruleDisabled: false });
    await iot.disableTopicRule({ ruleName: "all" });
    ensureTopicRules(iotCore.registry, [{ ...rule, description: "new" }], new Date(0));
    const { rule: second } = await iot.getTopicRule({ ruleName: "all" });
    expect(second).toEqual({ ...first, description: "new" });
  });
});

describe("a change of policies", () => {
  test("counts at once without a propagation delay", async () => {
    const { dial, iot, target } = await setup();
    const session = await dial();
    expect(await session.publish("dt/lamp")).toBe("allowed");
    await iot.detachPolicy({ policyName: "all", target });
    expect(await session.publish("dt/lamp")).toBe("refused");
  });

  test("counts after the propagation delay", async () => {
    const { dial, iot, target, pass } = await setup({ propagationDelayMs: 60_000 });
    const session = await dial();
    expect(await session.publish("dt/lamp")).toBe("allowed");
    await iot.detachPolicy({ policyName: "all", target });
    expect(await session.publish("dt/lamp")).toBe("allowed");
    pass(60_001);
    expect(await session.publish("dt/lamp")).toBe("refused");
  });
});

describe("AWS's default quotas", () => {
  test("hold for the control plane and for devices, and are counted", async () => {
    // However slow the machine is, nothing is refilled.
    const stopped = new Date(Date.now() + 60_000);
    const { iot, iotCore, stranger, target } = await setup({ quotaScale: 1, now: () => stopped });
    const certificateId = target.split("/")[1];
    const calls = Array.from({ length: 15 }, () => iot.describeCertificate({ certificateId }));
    const results = await Promise.allSettled(calls);
    const refused = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason.name] : [],
    );
    expect(new Set(refused)).toEqual(new Set(["ThrottlingException"]));
    const strangers = Array.from({ length: 20 }, (_, index) => stranger(`new-${index}`));
    await Promise.all(strangers);
    expect(iotCore.status()).toMatchObject({
      quotaScale: 1,
      throttled: {
        DescribeCertificate: 5,
        CertificateRegistration: 5,
      },
    });
  });

  test("do not hold without being asked for", async () => {
    const { iot, iotCore, target } = await setup();
    const certificateId = target.split("/")[1];
    await Promise.all(Array.from({ length: 50 }, () => iot.describeCertificate({ certificateId })));
    expect(iotCore.status()).toMatchObject({ quotaScale: 0, throttled: {} });
  });
});

test("the status tells what there is", async () => {
  const { ca, dial, iot, iotCore, target, stranger } = await setup({
    propagationDelayMs: 1500,
    topicRules: [createRule(), createRule({ ruleName: "off", ruleDisabled: true })],
  });
  await iot.createThing({ thingName: "lamp" });
  await iot.attachThingPrincipal({ thingName: "lamp", principal: target });
  await stranger("new");
  const session = await dial();
  expect(iotCore.status()).toEqual({
    certificatesByStatus: { ACTIVE: 1, INACTIVE: 0, REVOKED: 0, PENDING_ACTIVATION: 1 },
    caCertificates: [
      {
        id: ca.certificateId,
        subject: "CN=Acme",
        status: "ACTIVE",
        autoRegistrationStatus: "ENABLE",
        certificateMode: "SNI_ONLY",
      },
    ],
    things: 1,
    policies: 1,
    rules: [
      { name: "all", isDisabled: false, pendingDeliveries: 0 },
      { name: "off", isDisabled: true, pendingDeliveries: 0 },
    ],
    connections: [expect.objectContaining({ clientId: "lamp", thingName: "lamp" })],
    quotaScale: 0,
    propagationDelayMs: 1500,
    throttled: {},
  });
  await session.close();
});

test("a delivery that nobody takes is seen as pending", async () => {
  const { iotCore, iot } = await setup({
    topicRules: [createRule()],
    targets: { sendToQueue: () => new Promise(() => {}), invokeFunction: async () => {} },
  });
  const url = `${iotCore.controlPlaneUrl}/topics/dt%2Flamp`;
  await fetch(url, { method: "POST", body: "1" });
  expect(iotCore.status().rules).toMatchObject([{ name: "all", pendingDeliveries: 1 }]);
  await iot.deleteTopicRule({ ruleName: "all" });
  expect(iotCore.status().rules).toEqual([]);
});
