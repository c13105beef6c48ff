import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Endpoints } from "../../src/local/endpoints.ts";

const program = fileURLToPath(new URL("../../bin/muster.js", import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Env = Readonly<Record<string, string>>;

/** Starts the command line as a user's shell does, without this one's environment. */
export function spawnMuster(args: readonly string[], env: Env = {}, node: readonly string[] = []) {
  const child = spawn(process.execPath, [...node, program, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

export async function muster(
  args: readonly string[],
  env: Env = {},
  node: readonly string[] = [],
): Promise<Run> {
  return finish(spawnMuster(args, env, node));
}

export async function finish(child: ChildProcess): Promise<Run> {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  await once(child, "close");
  return { code: child.exitCode, ...output };
}

const freePorts = [
  "--mqtt-port",
  "0",
  "--iot-port",
  "0",
  "--dynamodb-port",
  "0",
  "--api-port",
  "0",
];

export interface RunningCloud {
  readonly state: string;
  readonly endpoints: Endpoints;
  readonly child: ChildProcess;
  readonly finished: Promise<Run>;
}

/** Starts a local cloud as a process, and waits until it says that it is up. */
export async function startCloud(
  state: string,
  env: Env = {},
  words: readonly string[] = [],
): Promise<RunningCloud> {
  const child = spawnMuster(["local", "--state", state, ...freePorts, ...words], env);
  const finished = finish(child);
  const file = join(state, "endpoints.json");
  while (child.exitCode === null) {
    const endpoints = readIfThere(file);
    if (endpoints && endpoints.pid === child.pid) return { state, endpoints, child, finished };
    await wait(20);
  }
  throw new Error((await finished).stderr);
}

/** Starts one that is expected not to come up. */
export function failToStart(state: string, env: Env = {}): Promise<Run> {
  return muster(["local", "--state", state, ...freePorts], env);
}

function readIfThere(file: string): Endpoints | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}

/** Running processes whose command lines name a path. */
export function processesOf(path: string): readonly { pid: number; commandLine: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return commandLine.includes(path) ? [{ pid: Number(pid), commandLine }] : [];
      } catch {
        return [];
      }
    });
}
