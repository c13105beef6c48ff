import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { findFreePort } from "../../src/local/ports.ts";
import { sendToEmulator } from "../../src/local/send-to-emulator.ts";
import { hasCommand } from "../support/has-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const elsewhere = [
  "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox",
  "http://169.254.169.254/latest/meta-data",
  "http://127.0.0.1.example.com/000000000000/inbox",
  "http://127.0.0.1@example.com/000000000000/inbox",
  "inbox",
];

describe("sendToEmulator", () => {
  test.for(elsewhere)("sends nothing to %s", async (queueUrl) => {
    await expect(sendToEmulator(queueUrl, "{}")).rejects.toMatchObject({
      code: "ENDPOINT_NOT_LOCAL",
    });
  });

  test("asks as SQS's JSON protocol has it", async () => {
    const { url, requests } = await startServer((_, response) => response.end("{}"));
    await sendToEmulator(`${url}/000000000000/inbox`, "hello");
    expect(requests).toMatchObject([
      {
        method: "POST",
        path: "/",
        headers: {
          "x-amz-target": "AmazonSQS.SendMessage",
          "content-type": "application/x-amz-json-1.0",
        },
        body: JSON.stringify({ QueueUrl: `${url}/000000000000/inbox`, MessageBody: "hello" }),
      },
    ]);
  });

  test("follows no redirection", async () => {
    const target = await startServer((_, response) => response.end("{}"));
    const { url } = await startServer((_, response) =>
      response.writeHead(307, { location: target.url }).end(),
    );
    await expect(sendToEmulator(`${url}/000000000000/inbox`, "hello")).rejects.toThrow();
    expect(target.requests).toEqual([]);
  });

  test("tells what an emulator answered that did not take the message", async () => {
    const { url } = await startServer((_, response) =>
      response.writeHead(400).end('{"__type":"QueueDoesNotExist"}'),
    );
    await expect(sendToEmulator(`${url}/000000000000/inbox`, "hello")).rejects.toThrow(
      'answered 400: {"__type":"QueueDoesNotExist"}',
    );
  });

  test.runIf(hasCommand("ministack"))("puts a message into a queue of MiniStack", async () => {
    const call = await startMinistack();
    const { QueueUrl } = await call("CreateQueue", { QueueName: "inbox" });
    await sendToEmulator(String(QueueUrl), '{"a":1}');
    expect(await call("ReceiveMessage", { QueueUrl })).toMatchObject({
      Messages: [{ Body: '{"a":1}' }],
    });
    await expect(sendToEmulator(`${String(QueueUrl)}-no`, "{}")).rejects.toThrow(
      "QueueDoesNotExist",
    );
  });
});

async function startServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: object[] = [];
  const server = createServer(async (request, response) => {
    const { method, url: path, headers } = request;
    requests.push({ method, path, headers, body: await text(request) });
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, requests };
}

async function startMinistack() {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const folder = temporaryFolder();
  const { PATH } = process.env;
  const child = spawn("ministack", {
    cwd: folder,
    stdio: "ignore",
    env: {
      PATH,
      HOME: folder,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "0",
      MINISTACK_HOST: "127.0.0.1",
    },
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  await expect
    .poll(async () => (await fetch(`${url}/_ministack/health`).catch(() => undefined))?.ok, {
      timeout: 30_000,
      interval: 100,
    })
    .toBe(true);
  return async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`,
      },
      body: JSON.stringify(input),
    });
    return (await response.json()) as Record<string, unknown>;
  };
}
