import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "../../src/local/ports.ts";
import { hasCommand } from "../support/has-command.ts";

const program = process.env["MUSTER_MINISTACK"] ?? "ministack";
const startTimeoutMs = 25_000;

/** An emulator of S3 and SQS: `pip install ministack`, on the path or where MUSTER_MINISTACK says. */
export const hasMinistack = process.env["MUSTER_MINISTACK"] !== undefined || hasCommand(program);

export interface Ministack {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly close: () => Promise<void>;
}

/** Starts MiniStack on loopback, with signatures checked. */
export async function startMinistack(): Promise<Ministack> {
  const folder = mkdtempSync(join(tmpdir(), "muster-ministack-"));
  const region = "us-east-1";
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const port = await findFreePort();
  const child = spawn(program, [], {
    cwd: folder,
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      AUTH: "true",
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "false",
      LOG_LEVEL: "ERROR",
      MINISTACK_HOST: "127.0.0.1",
      MINISTACK_REGION: region,
    },
  });
  const exited = once(child, "exit");
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.kill("SIGTERM");
    await Promise.race([exited, sleep(3_000, undefined, { ref: false })]);
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + startTimeoutMs;
  while (!(await isHealthy(endpoint))) {
    if (Date.now() < deadline && child.exitCode === null) await sleep(100);
    else {
      await close();
      throw new Error("MiniStack did not start");
    }
  }
  return { region, endpoint, credentials, close };
}

async function isHealthy(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
  return answer?.ok ?? false;
}
