import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { findFreePort } from "../../src/local/ports.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { findCommand } from "./prepare/find-command.ts";

const timeoutSeconds = 150;
const guide = "docs/guide/interop.md";
const { aws, mosquitto } = inject("tools");
const missing = [aws, mosquitto].flatMap((tool) => ("missing" in tool ? tool.missing : []));
if (findCommand("openssl") === undefined) missing.push("openssl is not installed");

/** The commands of the guide, in order; a block marked `fails` has to. */
function readBlocks(): readonly { readonly fails: boolean; readonly script: string }[] {
  const blocks = readFileSync(guide, "utf8").matchAll(/^```sh( fails)?\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, fails, script = ""]) => ({ fails: fails !== undefined, script }));
}

/** One shell for all, as a reader has: what it sets stays set. */
function toScript(blocks: ReturnType<typeof readBlocks>): string {
  return blocks
    .map(({ fails, script }) =>
      fails ? `if { ${script}}; then echo "This should have failed" >&2; exit 1; fi` : script,
    )
    .join("\n");
}

/** Where the guide is read: nothing of it lands in the checkout. */
function makeCheckout(): string {
  const folder = temporaryFolder();
  for (const name of ["package.json", "node_modules", "src", "functions", "bin"]) {
    symlinkSync(resolve(name), join(folder, name));
  }
  return folder;
}

test("the commands of the guide do what it says", {
  timeout: (timeoutSeconds + 20) * 1000,
}, async ({ skip }) => {
  if (missing.length > 0) skip(missing.join("; "));
  const cwd = makeCheckout();
  const [mqtt, iot, dynamodb] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const path = [dirname("path" in aws ? aws.path : ""), process.env["PATH"]].join(delimiter);
  const env = {
    PATH: path,
    HOME: cwd,
    MUSTER_MQTT_PORT: String(mqtt),
    MUSTER_IOT_PORT: String(iot),
    MUSTER_DYNAMODB_PORT: String(dynamodb),
    MUSTER_API_PORT: String(await findFreePort()),
  };
  const start = (script: string) => {
    const ported = script.replaceAll("-p 8883", `-p ${mqtt}`);
    // Ended by `timeout`, it leaves what it has printed.
    const words = [String(timeoutSeconds), "bash", "-euc", ported];
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn("timeout", words, { cwd, env, stdio: [...stdio], detached: true });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        printed += String(chunk);
      });
    }
    const closed = once(child, "close");
    onTestFinished(async () => {
      // With all that it has started.
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGTERM");
      await closed;
    });
    return { closed, printed: () => printed };
  };
  const [cloudBlock, ...blocks] = readBlocks();
  const cloud = start(`exec ${cloudBlock?.script ?? ""}`);
  // It says last that it will show connections.
  await expect.poll(cloud.printed, { timeout: 20_000 }).toContain("Connections:");

  const shell = start(`set -x\n${toScript(blocks)}`);
  const [code] = await shell.closed;
  const printed = shell.printed();
  expect(code, `${printed}\n\nIn the cloud's terminal:\n${cloud.printed()}`).toBe(0);
  expect(printed).toContain('"endpointAddress": "localhost"');
  expect(printed).toContain('"certificateMode": "SNI_ONLY"');
  expect(printed.match(/received PUBACK/g), printed).toHaveLength(3);
  expect(readFileSync(join(cwd, "devices/received"), "utf8")).toBe('{"id":2}\n\n'.repeat(2));
});
