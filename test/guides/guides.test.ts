import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { findFreePort } from "../../src/local/ports.ts";
import { readLastConnections } from "../../src/local/read-connection-log.ts";
import { hasCommand } from "../support/has-command.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The commands of a guide, in order; a block marked `fails` has to. */
function readBlocks(file: string) {
  const blocks = readFileSync(file, "utf8").matchAll(/^```sh( fails)?\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, fails, script = ""]) => ({ fails: fails !== undefined, script }));
}

/** A copy of what the commands touch, so that nothing lands in the checkout. */
function makeCheckout(): string {
  const folder = temporaryFolder();
  cpSync("docs/guide/sensor.yaml", join(folder, "docs/guide/sensor.yaml"));
  for (const name of ["package.json", "node_modules", "src", "functions", "bin"]) {
    symlinkSync(resolve(name), join(folder, name));
  }
  return folder;
}

const ready = hasCommand("mosquitto_pub") && hasCommand("openssl");

const hasAws = hasCommand("aws");
const maxTries = 20;

test.skipIf(!ready).for(["first-steps.md", "local-cloud.md", "api.md", "push.md"])(
  "the commands of docs/guide/%s do what it says",
  { timeout: 120_000 },
  async (page) => {
    const cwd = makeCheckout();
    const [mqtt, iot, dynamodb, api] = await Promise.all([
      findFreePort(),
      findFreePort(),
      findFreePort(),
      findFreePort(),
    ]);
    const env = {
      ...process.env,
      XDG_CONFIG_HOME: join(cwd, "config"),
      MUSTER_MQTT_PORT: String(mqtt),
      MUSTER_IOT_PORT: String(iot),
      MUSTER_DYNAMODB_PORT: String(dynamodb),
      MUSTER_API_PORT: String(api),
      MUSTER_URL: `http://127.0.0.1:${api}`,
    };
    const start = (script: string) =>
      spawn("bash", ["-ec", toScript(script, mqtt)], {
        cwd,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
    const [cloudBlock, ...blocks] = readBlocks(`docs/guide/${page}`);
    const cloud = start(`exec ${cloudBlock?.script ?? ""}`);
    await untilThere(join(cwd, ".muster/endpoints.json"));
    try {
      for (const { script, fails } of blocks) {
        if (script.includes("\naws ") && !hasAws) continue;
        const { printed, failed } = await runUntil(
          () => finish(start(script)),
          (run) => !script.startsWith("mosquitto_") || (run.failed === fails && !wasThrottled(cwd)),
        );
        expect({ script, printed, failed }).toEqual({ script, printed, failed: fails });
      }
    } finally {
      process.kill(-(cloud.pid ?? 0), "SIGTERM");
      await once(cloud, "close");
    }
  },
);

/**
 * Ports are the run's own; that of the API is in the environment. Of the time that npm takes before it
 * runs what its script says, the guides' first commands are enough.
 */
function toScript(script: string, mqtt: number): string {
  return script
    .replaceAll("-p 8883", `-p ${mqtt}`)
    .replace(/^export MUSTER_URL=.*$/m, ":")
    .replaceAll(/npm run (?:-s |--silent )?muster -- /g, `"${process.execPath}" bin/muster.js `);
}

/** What a script printed, and whether it failed. */
async function finish(shell: ChildProcessByStdio<null, Readable, Readable>) {
  let printed = "";
  shell.stdout.on("data", (chunk) => (printed += chunk));
  shell.stderr.on("data", (chunk) => (printed += chunk));
  const [code] = await once(shell, "close");
  return { printed, failed: code !== 0 };
}

/**
 * Tries again, as a device does, not more often than AWS lets it: the event of a first connect is
 * handled beside the next command.
 */
async function runUntil<Result>(
  run: () => Promise<Result>,
  isEnough: (result: Result) => boolean,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    const result = await run();
    if (isEnough(result) || tries === maxTries) return result;
    await sleep(1_100);
  }
}

/** Then the last connect failed, whatever it was to show. */
function wasThrottled(folder: string): boolean {
  const [last] = readLastConnections(join(folder, ".muster"), 1);
  return last?.outcome === "CONNECT_THROTTLED";
}

/** The local cloud writes it last, when all of it is up. */
async function untilThere(file: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (existsSync(file)) return;
    await sleep(100);
  }
  throw new Error("the local cloud does not come up");
}
