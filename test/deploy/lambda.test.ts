import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { listenOnLoopback } from "../../src/local/listen-on-loopback.ts";
import { toLambdaEnvironment } from "../runtime-api/lambda-environment.ts";
import { prepareRuntime } from "../runtime-api/prepare-runtime.ts";
import { startLambda } from "../runtime-api/start-lambda.ts";
import { createLambdaWorld, type LambdaWorld, readEvent } from "./lambda-world.ts";
import { readPackaged } from "./read-packaged.ts";

const folder = await mkdtemp(join(tmpdir(), "muster-runtime-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const runtime = await prepareRuntime(join(folder, "runtime"));

describe("a function as Lambda runs it", () => {
  test("is started by its first event and kept warm for the next", async () => {
    const { report } = await setup("export const handler = async (event) => ({ event });");
    const cold = await report({ number: 1 });
    const warm = await report({ number: 2 });
    expect(cold).toMatchObject({ outcome: { payload: { event: { number: 1 } } } });
    expect(cold.initMs).toBeGreaterThan(0);
    expect(warm).toMatchObject({ outcome: { payload: { event: { number: 2 } } }, pid: cold.pid });
    expect(warm.initMs).toBeUndefined();
    if (process.platform === "linux") expect(warm.peakBytes).toBeGreaterThan(10_000_000);
  });

  test("is told who it is, how much memory and time it has, and of nothing of the caller's", async () => {
    const { report } = await setup(
      `export const handler = async (_, context) => ({
         ...context, left: context.getRemainingTimeInMillis(), cwd: process.cwd(), env: process.env,
         heap: process.execArgv.find((each) => each.startsWith("--max-old-space-size")) });`,
    );
    const { outcome } = await report({}, 5_000);
    const { payload } = outcome as { readonly payload: { readonly env: NodeJS.ProcessEnv } };
    expect(payload).toMatchObject({
      functionName: "muster-test-made-up",
      memoryLimitInMB: "256",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:muster-test-made-up",
      heap: "--max-old-space-size=231",
      env: { TZ: ":UTC", AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x", OWN: "variable" },
    });
    expect(payload).toMatchObject({
      left: expect.any(Number),
      cwd: payload.env["LAMBDA_TASK_ROOT"],
    });
    expect(payload.env["HOME"]).toBeUndefined();
  });

  test("goes on after an event that made it throw", async () => {
    const { report } = await setup(
      `export const handler = async ({ wrong }) => { if (wrong) throw new RangeError("no"); return "yes"; };`,
    );
    const thrown = await report({ wrong: true });
    expect(thrown.outcome).toMatchObject({
      kind: "error",
      errorType: "RangeError",
      errorMessage: "no",
    });
    const next = await report({});
    expect(next).toMatchObject({ outcome: { payload: "yes" }, pid: thrown.pid });
  });

  test("is killed when its time is out or its process ends, and started anew", async () => {
    const { report } = await setup(
      `export const handler = async ({ does }) => {
         if (does === "hang") await new Promise(() => { setInterval(() => {}, 1000); });
         if (does === "die") process.kill(process.pid, "SIGKILL");
         return "done"; };`,
    );
    expect((await report({ does: "hang" }, 100)).outcome).toEqual({ kind: "timed-out" });
    expect((await report({ does: "die" })).outcome).toEqual({ kind: "exited", reason: "SIGKILL" });
    const anew = await report({});
    expect(anew).toMatchObject({ outcome: { payload: "done" } });
    expect(anew.initMs).toBeGreaterThan(0);
  });

  test("says what it could not be loaded with", async () => {
    const { report } = await setup(`throw new TypeError("a variable is missing");`);
    expect((await report({})).outcome).toMatchObject({
      kind: "error",
      errorType: "TypeError",
      errorMessage: "a variable is missing",
    });
    const nameless = await setup("export const other = 1;");
    expect((await nameless.report({})).outcome).toMatchObject({
      errorType: "Runtime.HandlerNotFound",
    });
  });

  test("may write to its temporary folder and nowhere else", async () => {
    const { report, taskRoot } = await setup(
      `import { writeFileSync } from "node:fs"; import { tmpdir } from "node:os";
       export const handler = async ({ file }) => {
         try { writeFileSync(file ?? tmpdir() + "/a", "a"); return "written"; }
         catch ({ code }) { return code; } };`,
    );
    const inTaskRoot = await report({ file: join(taskRoot, "a") });
    expect(inTaskRoot.outcome).toMatchObject({ payload: "ERR_ACCESS_DENIED" });
    expect((await report({})).outcome).toMatchObject({ payload: "written" });
    expect(existsSync(join(taskRoot, "a"))).toBe(false);
  });
});

describe("the packaged functions, disturbed", () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await createLambdaWorld(await readPackaged());
  });
  afterAll(() => world.close());

  test("say which variables are missing when they are started without", async () => {
    const { onboard } = await world.startOthers({ MUSTER_LEDGER_TABLE: "" });
    const { outcome } = (await onboard?.report(await readEvent("registered"))) ?? {};
    expect(outcome).toMatchObject({
      kind: "error",
      errorMessage: expect.stringContaining("MUSTER_LEDGER_TABLE"),
    });
  });

  test("sign with the credentials that Lambda puts into the environment", async () => {
    const listening = createServer((_, response) => response.writeHead(400).end("{}"));
    const asked = once(listening, "request") as Promise<[IncomingMessage]>;
    const { url, close } = await listenOnLoopback(listening, 0);
    onTestFinished(close);
    const { onboard } = await world.startOthers({ AWS_ENDPOINT_URL_DYNAMODB: url });
    const [, [{ headers }]] = await Promise.all([
      onboard?.report(await readEvent("registered")),
      asked,
    ]);
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request,/,
    );
    expect(headers["x-amz-security-token"]).toMatch(/EXAMPLESESSIONTOKEN$/);
  });

  test("have an event come again while AWS IoT does not answer, before their time is out", async () => {
    const { onboard } = await world.startOthers({ AWS_ENDPOINT_URL_IOT: await startSilence() });
    const [device] = world.devices;
    world.register(device?.pem ?? "");
    const event = (await readEvent("sqs-registrations")) as { Records: readonly object[] };
    const Records = event.Records.slice(2);
    const { outcome } = (await onboard?.report({ Records }, 4_500)) ?? {};
    expect(outcome).toMatchObject({ payload: { batchItemFailures: [expect.anything()] } });
    expect(onboard?.log()).toContain("DEADLINE_EXCEEDED");
  });

  test("end where they would have, when one is killed at work", async () => {
    const silence = createServer();
    const called = once(silence, "request");
    const { url, close } = await listenOnLoopback(silence, 0);
    onTestFinished(close);
    const [, device] = world.devices;
    world.register(device?.pem ?? "");
    await world.operator.importCertificates({
      manufacturer: "acme",
      profile: "sensor",
      files: [{ source: "device", bytes: device?.der ?? Buffer.of() }],
    });
    const event = await readEvent("sqs-registrations");
    const { onboard } = await world.startOthers({ AWS_ENDPOINT_URL_IOT: url });
    const working = onboard?.report(event);
    await called;
    await onboard?.kill();
    expect((await working)?.outcome).toEqual({ kind: "exited", reason: "SIGKILL" });

    const { onboard: later } = await world.startOthers({ NODE_OPTIONS: aMinuteLater });
    expect((await later?.report(event))?.outcome).toMatchObject({ kind: "response" });
    const { registry } = world.iotCore;
    expect(registry.findCertificate(device?.certificateId ?? "")?.status).toBe("ACTIVE");
  });
});

/** The process's clock; nobody waits for the killed one's time to be out. */
const aMinuteLater = `--import=data:text/javascript,${encodeURIComponent(
  `globalThis.Date = class extends Date {
     constructor(...at) { super(...(at.length > 0 ? at : [Date.now() + 60_000])); } };`,
)}`;

/** A server that takes requests and answers none. */
async function startSilence(): Promise<string> {
  const { url, close } = await listenOnLoopback(
    createServer(() => {}),
    0,
  );
  onTestFinished(close);
  return url;
}

async function setup(source: string) {
  const own = await mkdtemp(join(folder, "function-"));
  const [taskRoot, temporaryFolder] = [join(own, "task"), join(own, "tmp")];
  await mkdir(taskRoot);
  await mkdir(temporaryFolder);
  await writeFile(join(taskRoot, "index.mjs"), source);
  const name = "muster-test-made-up";
  const lambda = startLambda({
    runtime,
    taskRoot,
    memorySize: 256,
    timeoutMs: 10_000,
    functionArn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
    environment: toLambdaEnvironment({
      name,
      handler: "index.handler",
      memorySize: 256,
      region: "eu-west-1",
      taskRoot,
      temporaryFolder,
      variables: { OWN: "variable" },
    }),
    writable: [temporaryFolder],
  });
  onTestFinished(lambda.kill);
  return { ...lambda, taskRoot };
}
