import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "../../src/local/ports.ts";

export interface Ministack {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly close: () => Promise<void>;
}

interface RunRequest {
  readonly program: string;
  readonly args?: readonly string[];
  /** Has it serve HTTPS with these: paths of PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Beside what every run has. */
  readonly env?: Readonly<Record<string, string>>;
  /** What else has to be up. */
  readonly isReady?: () => Promise<boolean>;
}

const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const startTimeoutMs = 30_000;

/**
 * Runs MiniStack on loopback until it is up.
 *
 * @throws Error with the end of what it said.
 * @see https://pypi.org/project/ministack/
 */
export async function runMinistack(request: RunRequest): Promise<Ministack> {
  const { program, args = [], tls, env = {}, isReady = async () => true } = request;
  const folder = mkdtempSync(join(tmpdir(), "muster-ministack-"));
  const port = await findFreePort();
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: region,
      LOG_LEVEL: "ERROR",
      ...(tls && { USE_SSL: "1", MINISTACK_SSL_CERT: tls.certificate, MINISTACK_SSL_KEY: tls.key }),
      ...env,
    },
  });
  const exited = once(child, "exit");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-500);
  });
  const close = async () => {
    child.kill("SIGTERM");
    await Promise.race([exited, sleep(5000, undefined, { ref: false })]);
    kill();
    await exited;
    process.off("exit", kill);
    rmSync(folder, { recursive: true, force: true });
  };
  const endpoint = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  const isUp = () => child.exitCode === null && child.signalCode === null;
  try {
    await waitFor(() => isHealthy(endpoint, tls?.certificate), isUp);
    await waitFor(isReady, isUp);
  } catch (error) {
    await close();
    throw new Error(`MiniStack did not start: ${String(error)} ${said.trim()}`, { cause: error });
  }
  return { region, endpoint, credentials, close };
}

/** Ports that are free when they are looked for may be taken a moment later. */
const maxStarts = 3;

/** Starts anew what did not start, a few times. */
export async function startAgain<T>(start: () => Promise<T>): Promise<T> {
  for (let starts = 1; ; starts += 1) {
    try {
      return await start();
    } catch (error) {
      if (starts === maxStarts) throw error;
      process.stderr.write(`${String(error)}; once more\n`);
    }
  }
}

async function waitFor(ask: () => Promise<boolean>, isUp: () => boolean): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await ask().catch(() => false))) {
    if (!isUp()) throw new Error("it ended");
    if (Date.now() > deadline) throw new Error(`not up within ${startTimeoutMs / 1000} s`);
    await sleep(100);
  }
}

/** @param trusted path of the certificate that an endpoint of HTTPS has. */
async function isHealthy(endpoint: string, trusted: string | undefined): Promise<boolean> {
  const url = `${endpoint}/_ministack/health`;
  if (trusted === undefined) return (await fetch(url)).ok;
  const request = get(url, { ca: readFileSync(trusted), agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode === 200;
}
