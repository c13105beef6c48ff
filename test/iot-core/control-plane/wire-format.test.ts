import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { identity, issue, type Refused, refusalOf, startStandIn, today } from "../support.ts";

describe("an answer on the wire", () => {
  test("carries dates as epoch seconds", async () => {
    const { iot, iotCore } = await startStandIn();
    const { pem: certificatePem, id, certificate } = await issue();
    await iot.registerCertificateWithoutCA({ certificatePem });
    const response = await fetch(`${iotCore.controlPlaneUrl}/certificates/${id}`);
    expect(await response.json()).toMatchObject({
      certificateDescription: {
        creationDate: today.getTime() / 1000,
        validity: { notBefore: certificate.notBefore.getTime() / 1000 },
      },
    });
  });

  test("names the error in a header and describes it in the body", async () => {
    const { iotCore } = await startStandIn();
    const response = await fetch(`${iotCore.controlPlaneUrl}/things/none`);
    expect(response.status).toBe(404);
    expect(response.headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException");
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({ message: "Thing none does not exist" });
  });

  test("refuses what is not supported with a status that no SDK retries", async () => {
    const { iot, iotCore } = await startStandIn();
    expect(await refusalOf(iot.listJobs({}))).toBe("400 NotImplementedException");
    const response = await fetch(`${iotCore.controlPlaneUrl}/jobs/update`, { method: "PUT" });
    expect(await response.json()).toEqual({
      message: "CreateJob is not supported by this stand-in for AWS IoT Core",
    });
  });
});

describe("a caller", () => {
  const callers: readonly [name: string, headers: Record<string, string>, status: number][] = [
    ["a page of the web", { origin: "https://evil.example" }, 400],
    ["a page that hides where it is from", { origin: "null" }, 400],
    ["a page whose name was made to lead here", { host: "evil.example:80" }, 400],
    ["a program, by the address", { host: "127.0.0.1:8884" }, 200],
    ["a program, by another address", { host: "[::1]" }, 200],
    ["a program, by name", { host: "localhost:8884" }, 200],
    ["a program in a container", { host: "host.docker.internal:8884" }, 200],
  ];

  test.for(callers)("that is %s", async ([, headers, status]) => {
    const { iotCore } = await startStandIn();
    const [response] = (await once(
      get(`${iotCore.controlPlaneUrl}/things`, { headers }),
      "response",
    )) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(status);
  });
});

describe("a request on the wire", () => {
  test("may have a question mark in its query", async () => {
    const { iotCore } = await startStandIn();
    const query = "attributeName=a&attributeValue=b?c";
    const response = await fetch(`${iotCore.controlPlaneUrl}/things?${query}`);
    expect(await response.json()).toMatchObject({
      message: expect.stringContaining("'attributeValue'"),
    });
  });

  const put = { method: "PUT" };
  const bodies: readonly { name: string; init: RequestInit; path?: string }[] = [
    { name: "malformed JSON", init: { method: "POST", body: "{" } },
    {
      name: "a member that no object can have by that name",
      init: { method: "POST", body: '{"attributePayload":{"attributes":{"\\u005f_proto__":"a"}}}' },
    },
    { name: "JSON that is no object", init: { method: "POST", body: "[]" } },
    {
      name: "more than 1 MiB",
      init: { method: "POST", body: JSON.stringify({ x: "x".repeat(1024 * 1024) }) },
    },
    {
      name: "a field of the wrong type",
      init: {
        method: "POST",
        body: JSON.stringify({ attributePayload: { attributes: { a: 1 } } }),
      },
    },
    { name: "no newStatus", init: put, path: `/certificates/${"0".repeat(64)}` },
    {
      name: "newStatus in the body instead of the query",
      init: { ...put, body: JSON.stringify({ newStatus: "ACTIVE" }) },
      path: `/certificates/${"0".repeat(64)}`,
    },
    {
      name: "an unknown newStatus",
      init: put,
      path: `/certificates/${"0".repeat(64)}?newStatus=BROKEN`,
    },
    { name: "no principal header", init: put, path: "/things/lamp/principals" },
    { name: "a broken percent-encoding", init: { method: "GET" }, path: "/things/%zz" },
  ];
  test.for(bodies)("is refused with $name", async ({ init, path = "/things/lamp" }) => {
    const { iotCore } = await startStandIn();
    const response = await fetch(iotCore.controlPlaneUrl + path, init);
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-errortype")).toBe("InvalidRequestException");
  });

  test("may have query parameters that mean nothing", async () => {
    const { iotCore } = await startStandIn();
    const response = await fetch(`${iotCore.controlPlaneUrl}/things/lamp?whatever=1`, {
      method: "POST",
    });
    expect(response.status).toBe(200);
  });

  test("may have members that AWS does not know", async () => {
    const { iotCore } = await startStandIn();
    const response = await fetch(`${iotCore.controlPlaneUrl}/things/lamp`, {
      method: "POST",
      body: JSON.stringify({ whatever: { a: 1 } }),
    });
    expect(response.status).toBe(200);
  });

  test("may not have members that AWS knows and the stand-in does not, but empty ones", async () => {
    const { iot } = await startStandIn();
    const create = (tags: { Key: string; Value: string }[]) =>
      iot.createBillingGroup({ billingGroupName: "shop", tags });
    expect(await refusalOf(create([{ Key: "a", Value: "b" }]))).toBe("400 NotImplementedException");
    await create([]);
  });

  test.for(["//", "/things/..", "/things/a/b/c"])("to %s finds nothing", async (path) => {
    const { iotCore } = await startStandIn();
    const { port } = new URL(iotCore.controlPlaneUrl);
    // fetch would tidy the path up.
    const request = get({ port, path });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(400);
  });

  test("may break off without harm to the next one", async () => {
    const { iot, iotCore } = await startStandIn();
    const { port } = new URL(iotCore.controlPlaneUrl);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("POST /things/lamp HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect(await refusalOf(iot.describeThing({ thingName: "lamp" }))).toBe(
      "404 ResourceNotFoundException",
    );
  });
});

describe("DescribeEndpoint", () => {
  test("tells the host that devices dial", async () => {
    const { iot } = await startStandIn();
    expect(await iot.describeEndpoint({ endpointType: "iot:Data-ATS" })).toMatchObject({
      endpointAddress: identity.endpointAddress,
    });
  });

  const refusals: readonly Refused[] = [
    {
      name: "iot:Data",
      call: (iot) => iot.describeEndpoint({ endpointType: "iot:Data" }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "no type, which means iot:Data",
      call: (iot) => iot.describeEndpoint({}),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "iot:Jobs",
      call: (iot) => iot.describeEndpoint({ endpointType: "iot:Jobs" }),
      refusal: "400 InvalidRequestException",
    },
    {
      name: "iot:CredentialProvider, which AWS has and the stand-in has not",
      call: (iot) => iot.describeEndpoint({ endpointType: "iot:CredentialProvider" }),
      refusal: "400 NotImplementedException",
    },
  ];
  test.for(refusals)("refuses $name", async ({ call, refusal }) => {
    const { iot } = await startStandIn();
    expect(await refusalOf(call(iot))).toBe(refusal);
  });
});

test("event configurations are kept", async () => {
  const { iot } = await startStandIn();
  const configurations = async () =>
    (await iot.describeEventConfigurations({})).eventConfigurations;
  expect(await configurations()).toMatchObject({ CA_CERTIFICATE: { Enabled: false } });
  await iot.updateEventConfigurations({
    eventConfigurations: { CA_CERTIFICATE: { Enabled: true } },
  });
  await iot.updateEventConfigurations({ eventConfigurations: { THING: { Enabled: true } } });
  expect(await configurations()).toMatchObject({
    CA_CERTIFICATE: { Enabled: true },
    THING: { Enabled: true },
    JOB: { Enabled: false },
  });
});
