import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { findFreePort } from "../../../src/local/ports.ts";
import { ministackDeviations } from "../ministack-deviations.ts";
import { preparePython } from "./python-environment.ts";
import type { Target } from "./target.ts";

const region = "us-east-1";

/**
 * MiniStack binds its device endpoint to all interfaces, whatever BIND_HOST says of the rest. This
 * keeps it on loopback.
 */
const launcher = `
import asyncio.base_events
create_server = asyncio.base_events.BaseEventLoop.create_server
async def on_loopback(loop, protocol, host=None, port=None, **options):
    return await create_server(loop, protocol, "127.0.0.1" if host == "0.0.0.0" else host, port, **options)
asyncio.base_events.BaseEventLoop.create_server = on_loopback
import ministack.app
ministack.app.main()
`;

const startTimeoutMs = 30_000;

const handshakeTimeoutMs = 3000;

/** Ports that are free when they are looked for may be taken a moment later. */
const maxStarts = 3;

/** Installs MiniStack where it is not yet, and starts it on loopback. */
export async function startMinistack(): Promise<Target> {
  for (let start = 1; ; start += 1) {
    try {
      return await tryToStart();
    } catch (error) {
      if (start === maxStarts) throw error;
      process.stderr.write(`${String(error)}; once more\n`);
    }
  }
}

async function tryToStart(): Promise<Target> {
  const python = preparePython("ministack", "cryptography");
  const folder = mkdtempSync(join(tmpdir(), "muster-ministack-"));
  const [port, mqttPort] = [await findFreePort(), await findFreePort()];
  const child = spawn(python, ["-c", launcher], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_PORT: String(mqttPort),
      MINISTACK_HOST: "localhost",
      MINISTACK_REGION: region,
      LOG_LEVEL: "ERROR",
    },
  });
  const exited = once(child, "exit");
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-500);
  });
  const close = async () => {
    child.kill("SIGTERM");
    await Promise.race([exited, sleep(5000, undefined, { ref: false })]);
    child.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitFor(() => isHealthy(url));
    await waitFor(() => acceptsTls(mqttPort));
  } catch (error) {
    await close();
    throw new Error(`MiniStack did not start: ${String(error)} ${said.trim()}`, { cause: error });
  }
  return {
    name: "ministack",
    region,
    iotEndpoint: url,
    dataEndpoint: url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    mqtt: { host: "127.0.0.1", port: mqttPort, isUnverified: true },
    endsWithRun: true,
    isOwn: true,
    connectSpacingMs: 0,
    patienceMs: 3000,
    settleMs: 500,
    parallel: 4,
    isEventual: false,
    deviations: ministackDeviations,
    [Symbol.asyncDispose]: close,
  };
}

async function waitFor(ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`not up within ${startTimeoutMs / 1000} s`);
    await sleep(200);
  }
}

async function isHealthy(url: string): Promise<boolean> {
  return (await fetch(`${url}/_ministack/health`)).ok;
}

/**
 * The first handshake makes the endpoint issue its own certificate, and under some versions of
 * Python (3.11.2) it then hangs for good: the next one does not.
 */
async function acceptsTls(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(handshakeTimeoutMs) });
    return true;
  } finally {
    socket.destroy();
  }
}
