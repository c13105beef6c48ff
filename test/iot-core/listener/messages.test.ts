import { describe, expect, test } from "vitest";
import {
  arn,
  connectReceiver,
  type Issued,
  issue,
  openSession,
  startTestListener,
  subscribe,
} from "./support.ts";

const ownThing = "${iot:Connection.Thing.ThingName}";

/** AWS's recommended policy: a device acts under the name of its own thing. */
const devicePolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: arn(`client/${ownThing}`),
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    },
    {
      Effect: "Allow",
      Action: ["iot:Publish", "iot:Receive"],
      Resource: [arn(`topic/dt/${ownThing}/*`), arn(`topic/$aws/things/${ownThing}/*`)],
    },
    {
      Effect: "Allow",
      Action: "iot:Subscribe",
      Resource: [arn(`topicfilter/dt/${ownThing}/*`), arn("topicfilter/dt/+/news")],
    },
  ],
};

async function setup() {
  const started = await startTestListener();
  const { registry, target } = started;
  const addThing = async (thingName: string): Promise<Issued> => {
    const device = await issue(`CN=${thingName}`);
    registry.store(device, "ACTIVE");
    registry.setPolicies(device.certificateId, devicePolicy);
    registry.attach(thingName, device.certificateId);
    return device;
  };
  const connect = (clientId: string, device: Issued) => connectReceiver(target, device, clientId);
  return { ...started, addThing, connect };
}

describe("two devices under one policy of thing-name variables", () => {
  test("each publishes and receives on its own topics", async () => {
    const { addThing, connect } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    const door = await connect("door", await addThing("door"));
    await lamp.client.subscribeAsync("dt/lamp/#", { qos: 1 });
    await door.client.subscribeAsync("dt/door/#", { qos: 0 });

    await lamp.client.publishAsync("dt/lamp/t", "1", { qos: 1 });
    await door.client.publishAsync("dt/door/t", "2", { qos: 1 });
    await lamp.client.publishAsync("dt/lamp/t", "3", { qos: 0 });

    await expect.poll(() => lamp.received).toEqual(["dt/lamp/t 1 1", "dt/lamp/t 0 3"]);
    await expect.poll(() => door.received).toEqual(["dt/door/t 0 2"]);
  });

  test("one is disconnected when it publishes on the other's topic", async () => {
    const { addThing, connect, attempts } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    const door = await connect("door", await addThing("door"));
    await door.client.subscribeAsync("dt/door/#");

    lamp.client.publish("dt/door/t", "forged");
    await expect.poll(() => lamp.client.connected).toBe(false);

    expect(attempts.at(-1)).toMatchObject({
      outcome: "PUBLISH_DENIED",
      clientId: "lamp",
      sentence: expect.stringContaining(
        "iot:Publish on dt/door/t, implicit-deny, looked at policy p1",
      ),
    });
    expect(door.client.connected).toBe(true);
    expect(door.received).toEqual([]);
  });

  test("one is refused the other's topics and stays connected", async () => {
    const started = await setup();
    const lamp = await openSession(started.target, await started.addThing("lamp"), "lamp");
    lamp.send(subscribe("dt/door/#", "dt/lamp/#"));
    expect(await lamp.receive("suback")).toMatchObject({ messageId: 9, granted: [0x80, 1] });
    expect(started.attempts.at(-1)).toMatchObject({ outcome: "SUBSCRIBE_DENIED" });
  });

  test("one receives through a wide filter only what it may receive", async () => {
    const { addThing, connect, publish } = await setup();
    const lamp = await connect("lamp", await addThing("lamp"));
    await lamp.client.subscribeAsync("dt/+/news");
    publish("dt/door/news", "secret");
    publish("dt/lamp/news", "own");
    await expect.poll(() => lamp.received).toEqual(["dt/lamp/news 0 own"]);
  });

  test("neither may connect under the other's name", async () => {
    const { addThing, connect, attempts } = await setup();
    await addThing("door");
    const lamp = await addThing("lamp");
    await expect(connect("door", lamp)).rejects.toThrow();
    expect(attempts.at(-1)).toMatchObject({
      outcome: "CONNECT_DENIED",
      sentence: expect.stringContaining("no attached thing has that name"),
    });
  });

  test("an exclusively attached thing lends its name to any client id", async () => {
    const { registry, connect, events } = await setup();
    const device = await issue("CN=lamp");
    registry.store(device, "ACTIVE");
    const [, ...others] = devicePolicy.Statement;
    const anyClient = { Effect: "Allow", Action: "iot:Connect", Resource: arn("client/*") };
    registry.setPolicies(device.certificateId, {
      ...devicePolicy,
      Statement: [anyClient, ...others],
    });
    registry.attachExclusively("lamp", device.certificateId);
    const { client } = await connect("any", device);
    await client.publishAsync("dt/lamp/t", "1", { qos: 1 });
    expect(events[0]?.payload).toMatchObject({ clientId: "any", thingName: "lamp" });
  });
});
