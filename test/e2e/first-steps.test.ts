import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { hasCommand } from "../support/has-command.ts";

/** The commands of a guide, in order; a block marked `fails` has to. */
function readBlocks(file: string) {
  const blocks = readFileSync(file, "utf8").matchAll(/^```sh( fails)?\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, fails, script = ""]) => ({ fails: fails !== undefined, script }));
}

/** A copy of what the commands touch, so that nothing lands in the checkout. */
function makeCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), "muster-guide-"));
  cpSync("docs/guide/sensor.yaml", join(folder, "docs/guide/sensor.yaml"));
  for (const name of ["package.json", "node_modules", "src", "functions", "bin"]) {
    symlinkSync(resolve(name), join(folder, name));
  }
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

const ready = hasCommand("mosquitto_pub") && hasCommand("openssl");

test.skipIf(!ready)(
  "the commands of the first steps do what the guide says",
  { timeout: 120_000 },
  async () => {
    const cwd = makeCheckout();
    const [mqtt, iot, dynamodb] = await Promise.all([freePort(), freePort(), freePort()]);
    const env = {
      ...process.env,
      MUSTER_MQTT_PORT: String(mqtt),
      MUSTER_IOT_PORT: String(iot),
      MUSTER_DYNAMODB_PORT: String(dynamodb),
    };
    const start = (script: string) =>
      spawn("bash", ["-ec", script.replaceAll("-p 8883", `-p ${mqtt}`)], {
        cwd,
        env,
        detached: true,
      });
    const [cloudBlock, ...blocks] = readBlocks("docs/guide/first-steps.md");
    const cloud = start(`exec ${cloudBlock?.script ?? ""}`);
    await once(cloud.stdout, "data");
    await untilListening(mqtt);
    try {
      for (const { script, fails } of blocks) {
        const shell = start(script);
        let printed = "";
        shell.stdout.on("data", (chunk) => (printed += chunk));
        shell.stderr.on("data", (chunk) => (printed += chunk));
        const [code] = await once(shell, "close");
        expect({ script, printed, failed: code !== 0 }).toEqual({ script, printed, failed: fails });
        // The event of a first connect is handled beside the next command.
        if (fails) await sleep(1_500);
      }
    } finally {
      process.kill(-(cloud.pid ?? 0), "SIGTERM");
      await once(cloud, "close");
      rmSync(cwd, { recursive: true });
    }
  },
);

async function untilListening(port: number): Promise<void> {
  const { connect } = await import("node:net");
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, "127.0.0.1");
    const answered = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answered) return;
    await sleep(100);
  }
  throw new Error("the local cloud does not answer");
}
