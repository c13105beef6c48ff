import { describe, expect, onTestFinished, test } from "vitest";
import {
  type ControlPlaneDeps,
  startControlPlane,
} from "../../../src/iot-core/control-plane/start-control-plane.ts";
import { openRegistry } from "../../../src/iot-core/registry.ts";
import { createFakeEndpoint } from "../fake-endpoint.ts";
import { identity, today } from "../support.ts";

async function setup(withEndpoint = true, deps: Partial<ControlPlaneDeps> = {}) {
  const endpoint = createFakeEndpoint();
  const { connections, retainedMessages } = endpoint;
  const registry = openRegistry(":memory:");
  const controlPlane = await startControlPlane({
    registry,
    identity,
    port: 0,
    now: () => today,
    ...(withEndpoint && { connections, retainedMessages }),
    ...deps,
  });
  onTestFinished(async () => {
    await controlPlane.close();
    registry.close();
  });
  const send = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await fetch(controlPlane.url + path, { method, ...init });
    const error = response.headers.get("x-amzn-errortype");
    return {
      outcome: error === null ? `${response.status}` : `${response.status} ${error}`,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return { ...endpoint, send };
}

describe("DeleteConnection", () => {
  test("ends a connection as asked", async () => {
    const { send, disconnected } = await setup();
    expect(await send("DELETE", "/connections/lamp")).toMatchObject({ outcome: "200" });
    await send("DELETE", "/connections/lamp?cleanSession=true&preventWillMessage=true");
    expect(disconnected).toEqual([
      { clientId: "lamp", cleanSession: false, preventWillMessage: false },
      { clientId: "lamp", cleanSession: true, preventWillMessage: true },
    ]);
  });

  test("decodes the client id", async () => {
    const { send, disconnected } = await setup();
    await send("DELETE", "/connections/a%2Fb%20%C3%A9");
    expect(disconnected).toMatchObject([{ clientId: "a/b é" }]);
  });
});

describe("GetConnection", () => {
  test("describes a connection, its socket only when asked to", async () => {
    const { send } = await setup();
    const described = {
      clientId: "lamp",
      connected: true,
      thingName: "lamp",
      cleanSession: true,
      keepAliveDuration: 1200,
      sessionExpiry: 0,
      connectedSince: today.getTime(),
    };
    expect((await send("GET", "/connections/lamp")).body).toEqual(described);
    const asked = await send("GET", "/connections/lamp?includeSocketInformation=true");
    expect(asked.body).toEqual({
      ...described,
      sourceIp: "127.0.0.1",
      sourcePort: 40_000,
      targetIp: "127.0.0.1",
      targetPort: 8883,
    });
  });

  test("says since when and why a client is gone", async () => {
    const { send } = await setup();
    const { body } = await send("GET", "/connections/gone");
    expect(body).toMatchObject({
      connected: false,
      disconnectedSince: today.getTime(),
      disconnectReason: "CONNECTION_LOST",
    });
    expect(body).not.toHaveProperty("connectedSince");
  });
});

test("ListSubscriptions pages in the order of the filters", async () => {
  const { send } = await setup();
  const first = await send("GET", "/connections/lamp/subscriptions?maxResults=1");
  expect(first.body["subscriptions"]).toEqual([{ topicFilter: "a/+", qos: 0 }]);
  const token = encodeURIComponent(String(first.body["nextToken"]));
  const second = await send("GET", `/connections/lamp/subscriptions?nextToken=${token}`);
  expect(second.body).toEqual({ subscriptions: [{ topicFilter: "b/#", qos: 1 }] });
});

describe("Publish", () => {
  test("sends any bytes, at QoS 0 unless told otherwise", async () => {
    const { send, published } = await setup();
    const body = new Uint8Array([0, 255, 123]);
    await send("POST", "/topics/a%2Fb", { body });
    await send("POST", "/topics/a?qos=1&retain=true");
    expect(published).toEqual([
      { topic: "a/b", payload: Buffer.from(body), qos: 0, retain: false, properties: {} },
      { topic: "a", payload: Buffer.from([]), qos: 1, retain: true, properties: {} },
    ]);
  });

  test("hands on the properties of MQTT 5", async () => {
    const { send, published } = await setup();
    const userProperties = [{ room: "hall" }, { room: "attic" }, { house: "1" }];
    const query = "contentType=text%2Fplain&responseTopic=a%2Freply&messageExpiry=9999999";
    await send("POST", `/topics/a?${query}`, {
      headers: {
        "x-amz-mqtt5-correlation-data": Buffer.from("7").toString("base64"),
        "x-amz-mqtt5-payload-format-indicator": "UTF8_DATA",
        "x-amz-mqtt5-user-properties": Buffer.from(JSON.stringify(userProperties)).toString(
          "base64",
        ),
      },
    });
    expect(published[0]?.properties).toEqual({
      contentType: "text/plain",
      responseTopic: "a/reply",
      messageExpiryInterval: 604_800,
      correlationData: Buffer.from("7"),
      payloadFormatIndicator: true,
      userProperties: { room: ["hall", "attic"], house: "1" },
    });
  });

  const invalid = "400 InvalidRequestException";
  const unsupported = "400 NotImplementedException";
  const refusals: readonly { name: string; path: string; init?: RequestInit; outcome: string }[] = [
    { name: "a wildcard", path: "/topics/a%2F%23", outcome: invalid },
    { name: "no topic", path: "/topics/", outcome: invalid },
    { name: "a topic of 257 bytes", path: `/topics/${"é".repeat(128)}x`, outcome: invalid },
    { name: "eight slashes", path: `/topics/${"%2F".repeat(8)}`, outcome: invalid },
    { name: "AWS's own events", path: "/topics/%24aws%2Fevents%2Fx", outcome: invalid },
    { name: "another topic that begins with $", path: "/topics/%24x", outcome: invalid },
    { name: "basic ingest", path: "/topics/%24aws%2Frules%2Fr%2Fa", outcome: unsupported },
    {
      name: "a shadow's topic",
      path: "/topics/%24aws%2Fthings%2Flamp%2Fshadow%2Fupdate",
      outcome: unsupported,
    },
    { name: "QoS 2", path: "/topics/a?qos=2", outcome: invalid },
    {
      name: "a response topic with a wildcard",
      path: "/topics/a?responseTopic=%2B",
      outcome: invalid,
    },
    {
      name: "a payload of more than 128 KB",
      path: "/topics/a",
      init: { body: "x".repeat(128 * 1024 + 1) },
      outcome: invalid,
    },
    {
      name: "user properties that are no JSON",
      path: "/topics/a",
      init: { headers: { "x-amz-mqtt5-user-properties": "x" } },
      outcome: invalid,
    },
  ];
  test.for(refusals)("refuses $name, and publishes nothing", async ({ path, init, outcome }) => {
    const { send, published } = await setup();
    expect(await send("POST", path, init)).toMatchObject({ outcome });
    expect(published).toEqual([]);
  });
});

describe("retained messages", () => {
  test("are shown with their user properties", async () => {
    const { send } = await setup();
    const { body } = await send("GET", "/retainedMessage/a%2Fb");
    expect(body).toMatchObject({
      topic: "a/b",
      payload: Buffer.from("on").toString("base64"),
      qos: 1,
      lastModifiedTime: today.getTime(),
    });
    const properties = Buffer.from(String(body["userProperties"]), "base64").toString();
    expect(JSON.parse(properties)).toEqual([{ room: "hall" }, { room: "attic" }, { house: "1" }]);
  });

  test("are listed page by page", async () => {
    const { send } = await setup();
    const { body } = await send("GET", "/retainedMessage?maxResults=2");
    expect(body["retainedTopics"]).toEqual([
      { topic: "a", payloadSize: 2, qos: 1, lastModifiedTime: today.getTime() },
      { topic: "a/b", payloadSize: 2, qos: 1, lastModifiedTime: today.getTime() },
    ]);
    const next = encodeURIComponent(String(body["nextToken"]));
    const { body: rest } = await send("GET", `/retainedMessage?nextToken=${next}`);
    expect(rest).toMatchObject({ retainedTopics: [{ topic: "c" }] });
    expect(rest).not.toHaveProperty("nextToken");
  });
});

describe("without a device endpoint", () => {
  const requests = [
    ["DeleteConnection", "DELETE", "/connections/lamp"],
    ["GetConnection", "GET", "/connections/lamp"],
    ["ListSubscriptions", "GET", "/connections/lamp/subscriptions"],
    ["Publish", "POST", "/topics/a"],
    ["GetRetainedMessage", "GET", "/retainedMessage/a"],
    ["ListRetainedMessages", "GET", "/retainedMessage"],
  ] as const;
  test.for(requests)("%s is refused", async ([operation, method, path]) => {
    const { send } = await setup(false);
    expect(await send(method, path)).toEqual({
      outcome: "400 NotImplementedException",
      body: {
        message: `${operation} needs the device endpoint, without which this stand-in was started`,
      },
    });
  });
});

describe("a quota that is used up", () => {
  const cases = [
    ["DescribeThing", "GET", "/things/lamp", 400],
    ["DeleteConnection", "DELETE", "/connections/lamp", 429],
    ["DeleteConnectionPerClientId", "DELETE", "/connections/lamp", 429],
  ] as const;
  test.for(cases)("%s: is answered as the service does", async ([quota, method, path, status]) => {
    const { send, disconnected } = await setup(true, {
      quotas: { take: (name, key = "") => `${name} ${key}`.trim() !== quotaName(quota) },
    });
    expect(await send(method, path)).toEqual({
      outcome: `${status} ThrottlingException`,
      body: { message: "Rate exceeded" },
    });
    expect(disconnected).toEqual([]);
  });

  function quotaName(quota: string): string {
    return quota.endsWith("PerClientId") ? `${quota} lamp` : quota;
  }
});
