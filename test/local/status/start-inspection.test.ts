import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { startInspection } from "../../../src/local/status/start-inspection.ts";
import { createLocalStatus } from "../../support/create-local-status.ts";

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function setup(readStatus = () => createLocalStatus()) {
  const { url, close } = await startInspection(readStatus);
  onTestFinished(close);
  const { port, host: ownHost } = new URL(url);
  const ask = ({ method = "GET", path = "/status", host = ownHost, headers = {} }: Asked) =>
    new Promise<{ status: number | undefined; text: string; body: unknown }>((resolve, reject) => {
      const sent = request({
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { ...headers, host },
      });
      sent.on("error", reject).on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            text,
            body: text.startsWith("{") ? JSON.parse(text) : undefined,
          }),
        );
      });
      sent.end();
    });
  return { ask, port };
}

describe("what tells how the local cloud stands", () => {
  test("answers with the status of the moment", async () => {
    let things = 0;
    const { ask } = await setup(() => {
      things += 1;
      return createLocalStatus({ things });
    });
    expect(await ask({})).toMatchObject({ status: 200, body: createLocalStatus({ things: 1 }) });
    expect(await ask({})).toMatchObject({ body: { things: 2 } });
  });

  test.for([
    ["localhost", 200],
    ["LOCALHOST:1", 200],
    ["127.0.0.1", 200],
    ["muster.example", 403],
    ["127.0.0.1.example:80", 403],
    ["localhost.example", 403],
  ] as const)("to a request for host %s says %i", async ([host, status]) => {
    const { ask } = await setup();
    expect(await ask({ host })).toMatchObject({ status });
  });

  test.for([
    ["POST", "/status", 405],
    ["OPTIONS", "/status", 405],
    ["GET", "/", 404],
    ["GET", "/status/x", 404],
  ] as const)("to %s %s says %i", async ([method, path, status]) => {
    const { ask } = await setup();
    expect(await ask({ method, path })).toMatchObject({ status });
  });

  const signedFor = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=local/20260501/local-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  });

  test.for([
    [
      "sts",
      "application/x-www-form-urlencoded; charset=utf-8",
      /^<\?xml .*<Code>NotImplementedException<\/Code><Message>.*no service sts/,
    ],
    ["s3", undefined, /<Code>NotImplementedException<\/Code>/],
    [
      "sqs",
      "application/x-amz-json-1.0",
      /^\{"__type":"NotImplementedException","message":".*no service sqs/,
    ],
    ["<x>", "application/json", /^\{"error":"Only GET/],
  ] as const)("to a request for %s says that it is not here", async ([service, type, says]) => {
    const { ask } = await setup();
    const headers = { ...signedFor(service), ...(type && { "content-type": type }) };
    const { status, text } = await ask({ method: "POST", path: "/", headers });
    expect(status).toBe(service === "<x>" ? 405 : 400);
    expect(text).toMatch(says);
  });

  test("what fails is told, and the next request answered", async () => {
    let fails = true;
    const { ask } = await setup(() => {
      if (fails) throw new Error("no such table");
      return createLocalStatus();
    });
    expect(await ask({})).toMatchObject({ status: 500, body: { error: "no such table" } });
    fails = false;
    expect(await ask({})).toMatchObject({ status: 200 });
  });
});
