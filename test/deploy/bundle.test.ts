import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type BuiltFunction, buildFunctions } from "../../scripts/build.ts";

const folder = await mkdtemp(join(tmpdir(), "muster-bundles-"));
const built = { folder, functions: await buildFunctions(folder) };
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the bundles", () => {
  test("are one for each file of functions/, each with the licences of what is in it", async () => {
    expect(built.functions.map(({ name }) => name)).toEqual([
      "api",
      "authorize",
      "heal",
      "ingest",
      "onboard",
    ]);
    const licenses = await readFile(join(built.folder, "onboard/LICENSES.txt"), "utf8");
    expect(licenses).toMatch(/^@aws-sdk\/client-iot \d\S+ \(Apache-2\.0\)$/m);
    expect(licenses).toContain("Apache License");
  });

  test("load with what their environment says", async () => {
    for (const { name, path } of built.functions) {
      const load = ["--input-type=module", "--eval", `await import(${toModule(path)})`];
      const { exitCode } = await run(load, environment);
      expect([name, exitCode]).toEqual([name, 0]);
    }
  });

  test("sign with the credentials that Lambda puts into the environment", async () => {
    const { authorization, sessionToken } = await firstRequest(built.functions);
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request,/,
    );
    expect(sessionToken).toBe("a session token");
  });
});

const environment = {
  AWS_REGION: "eu-west-1",
  MUSTER_STAGE: "test",
  MUSTER_LEDGER_TABLE: "ledger",
  MUSTER_AUDIT_TABLE: "audit",
  MUSTER_BUCKET: "bucket",
  MUSTER_INGEST_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/ingest",
};

const toModule = (path: string) => JSON.stringify(pathToFileURL(path));

async function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [...args], { stdio: "ignore", env });
  const [exitCode] = (await once(child, "exit")) as [number | null];
  return { exitCode };
}

/** Has the onboarding bundle take an event, and answers with what its first request was signed by. */
async function firstRequest(functions: readonly BuiltFunction[]) {
  const path = functions.find(({ name }) => name === "onboard")?.path ?? "";
  const server = createServer((_, response) => response.writeHead(400).end("{}"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const event = await readFile("events/registered.json", "utf8");
  const child = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { handler } = await import(${JSON.stringify(pathToFileURL(path))});
       await handler(${event}, { getRemainingTimeInMillis: () => 10_000 });`,
    ],
    {
      stdio: "ignore",
      env: {
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        AWS_SESSION_TOKEN: "a session token",
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        MUSTER_STAGE: "test",
        MUSTER_LEDGER_TABLE: "ledger",
        MUSTER_AUDIT_TABLE: "audit",
      },
    },
  );
  try {
    const [{ headers }] = (await once(server, "request")) as [
      { readonly headers: NodeJS.Dict<string> },
    ];
    const { authorization, "x-amz-security-token": sessionToken } = headers;
    return { authorization, sessionToken };
  } finally {
    child.kill();
    server.close();
  }
}
