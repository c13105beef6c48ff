import { webcrypto } from "node:crypto";
import { join } from "node:path";
import { connect, type IClientOptions, type MqttClient } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { createServerIdentity } from "../../src/iot-core/listener/create-server-identity.ts";
import type { ReservedEvent } from "../../src/iot-core/model.ts";
import { type IotCoreOptions, startIotCore } from "../../src/iot-core/start-iot-core.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  arnOf,
  createClient,
  type Issued,
  identity,
  issue,
  registerCa,
  startStandIn,
  today,
} from "./support.ts";

const defaults: IotCoreOptions = {
  stateFile: ":memory:",
  controlPlanePort: 0,
  identity,
  now: () => today,
  publishEvent: () => {},
};

async function createListenerOptions(port = 0) {
  const server = await createServerIdentity([identity.endpointAddress, "localhost"]);
  return { server, port, report: () => {} };
}

describe("a taken port", () => {
  test("of the control plane is named, and the state file given back", async () => {
    const { iotCore } = await startStandIn();
    const controlPlanePort = Number(new URL(iotCore.controlPlaneUrl).port);
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const start = startIotCore({ ...defaults, stateFile, controlPlanePort });
    await expect(start).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: expect.stringContaining(String(controlPlanePort)),
    });
    const next = await startIotCore({ ...defaults, stateFile });
    await next.close();
  });

  test("of the listener is named, and everything else given back", async () => {
    const { iotCore } = await startStandIn();
    const port = Number(new URL(iotCore.controlPlaneUrl).port);
    const stateFile = join(temporaryFolder(), "iot-core.sqlite");
    const listener = await createListenerOptions(port);
    await expect(startIotCore({ ...defaults, stateFile, listener })).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: expect.stringContaining(String(port)),
    });
    const next = await startIotCore({ ...defaults, stateFile });
    await next.close();
  });
});

test("close ends open connections and frees port and file", async () => {
  const stateFile = join(temporaryFolder(), "iot-core.sqlite");
  const { iot, iotCore } = await startStandIn({ stateFile });
  await iot.createThing({ thingName: "lamp" });
  const controlPlanePort = Number(new URL(iotCore.controlPlaneUrl).port);
  await iotCore.close();
  const again = await startIotCore({ ...defaults, stateFile, controlPlanePort });
  expect(again.registry.tables.things.find("lamp")).toBeDefined();
  await again.close();
});

describe("a device that connects", () => {
  async function setup() {
    const events: ReservedEvent[] = [];
    const listener = await createListenerOptions();
    const iotCore = await startIotCore({
      ...defaults,
      listener,
      publishEvent: (event) => events.push(event),
    });
    onTestFinished(() => iotCore.close());
    const iot = createClient(iotCore.controlPlaneUrl);
    const ca = await registerCa(iot);
    const device = await issue({ issuer: ca, name: "CN=lamp" });
    const options: IClientOptions = {
      protocol: "mqtts",
      host: "127.0.0.1",
      port: iotCore.listener?.port ?? 0,
      servername: identity.endpointAddress,
      ca: listener.server.caPem,
      cert: device.pem,
      key: await exportKey(device),
      clientId: "lamp",
      protocolVersion: 4,
      reconnectPeriod: 0,
    };
    return { iot, ca, device, events, dial: () => dial(options) };
  }

  test("is registered under its CA and closed, let in once activated, and put out again", async () => {
    const { iot, ca, device, events, dial } = await setup();
    expect(await dial()).toBe("closed");
    const { certificateDescription } = await iot.describeCertificate({ certificateId: device.id });
    expect(certificateDescription).toMatchObject({
      status: "PENDING_ACTIVATION",
      caCertificateId: ca.id,
      certificateMode: "SNI_ONLY",
    });
    expect(events).toMatchObject([
      {
        topic: `$aws/events/certificates/registered/${ca.id}`,
        payload: { certificateId: device.id },
      },
    ]);

    const principal = arnOf(`cert/${device.id}`);
    const resource = arnOf("client/${iot:Connection.Thing.ThingName}");
    await iot.createThing({ thingName: "lamp" });
    await iot.attachThingPrincipal({ thingName: "lamp", principal });
    await iot.createPolicy({
      policyName: "connect",
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Allow", Action: "iot:Connect", Resource: resource },
      }),
    });
    await iot.attachPolicy({ policyName: "connect", target: principal });
    await iot.updateCertificate({ certificateId: device.id, newStatus: "ACTIVE" });
    const client = await dial();
    if (client === "closed") throw new Error("The device was not let in");
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    await iot.updateCertificate({ certificateId: device.id, newStatus: "INACTIVE" });
    await closed;
    expect(await dial()).toBe("closed");
  });

  test("is not registered once its CA has been switched off", async () => {
    const { iot, ca, device, events, dial } = await setup();
    await iot.updateCACertificate({ certificateId: ca.id, newAutoRegistrationStatus: "DISABLE" });
    expect(await dial()).toBe("closed");
    expect((await iot.listCertificates({})).certificates).toEqual([]);
    expect(events).toEqual([]);
    await iot.updateCACertificate({ certificateId: ca.id, newAutoRegistrationStatus: "ENABLE" });
    expect(await dial()).toBe("closed");
    expect((await iot.listCertificates({})).certificates).toMatchObject([
      { certificateId: device.id },
    ]);
  });
});

/** A client that was let in, or how it was refused: a close without CONNACK is no error to mqtt.js. */
async function dial(options: IClientOptions): Promise<MqttClient | "closed"> {
  const client = connect(options);
  onTestFinished(() => {
    client.end(true);
  });
  return new Promise((resolve) => {
    client.once("connect", () => resolve(client));
    client.once("close", () => resolve("closed"));
    client.on("error", () => resolve("closed"));
  });
}

async function exportKey({ keys }: Issued): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const base64 = Buffer.from(der).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`;
}
