import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { MusterError } from "../rules/errors.ts";
import { findFreePort } from "./ports.ts";
import { stateDamaged } from "./state-damaged.ts";

export interface DynoxideOptions {
  /** 0 for a free one. */
  readonly port: number;
  readonly databaseFile: string;
  /** Called when it ends without being asked to. */
  readonly onExit: (reason: string) => void;
}

export interface Dynoxide {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const startTimeoutMs = 10_000;
const stopTimeoutMs = 3_000;
const maxOutput = 2_000;

/**
 * Starts the DynamoDB-compatible server on 127.0.0.1 and waits until it answers.
 *
 * @throws MusterError PLATFORM_UNSUPPORTED, STATE_DAMAGED, LOCAL_CLOUD_FAILED
 */
export async function startDynoxide(options: DynoxideOptions): Promise<Dynoxide> {
  const binary = findBinary();
  checkDatabase(options.databaseFile);
  if (options.port !== 0) return start(binary, options);
  try {
    return await start(binary, { ...options, port: await findFreePort() });
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    // Somebody else may have taken the port meanwhile.
    return start(binary, { ...options, port: await findFreePort() });
  }
}

async function start(
  binary: string,
  { port, databaseFile, onExit }: DynoxideOptions,
): Promise<Dynoxide> {
  const args = ["--host", "127.0.0.1", "--port", String(port), "--db-path", databaseFile];
  const child = spawnBound(binary, args);
  let output = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-maxOutput);
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const url = `http://127.0.0.1:${port}`;
  if (!(await becomesReady(url, child))) {
    child.kill("SIGKILL");
    throw new MusterError(
      "LOCAL_CLOUD_FAILED",
      `The database did not start: ${output.trim() || "no answer in 10 s"}.`,
    );
  }
  let closing = false;
  void exited.then(() => closing || onExit(`The database ended. ${output.trim()}`));
  return {
    url,
    close: async () => {
      closing = true;
      child.kill("SIGTERM");
      const stubborn = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await exited;
      clearTimeout(stubborn);
    },
  };
}

function findBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
  } catch (error) {
    throw new MusterError(
      "PLATFORM_UNSUPPORTED",
      `The embedded database does not come for ${platform}. Run a DynamoDB API on this machine, such as: docker run -p 8000:8000 amazon/dynamodb-local\nand say where: MUSTER_DYNAMODB_ENDPOINT=http://127.0.0.1:8000`,
      { cause: error },
    );
  }
}

/** The server says of any file that it cannot open that it may be encrypted. */
function checkDatabase(file: string): void {
  if (!existsSync(file)) return;
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
    } finally {
      database.close();
    }
  } catch (error) {
    throw stateDamaged(file, error);
  }
}

/**
 * Starts a process that ends with this one, even when this one is killed, where the platform can do
 * that. It has a process group of its own: Ctrl-C is for us to hand on, after the functions ended.
 */
function spawnBound(binary: string, args: readonly string[]): ChildProcess {
  const stdio = ["ignore", "ignore", "pipe"] as const;
  const setpriv = "/usr/bin/setpriv";
  const [command, ...rest] = existsSync(setpriv)
    ? [setpriv, "--pdeathsig", "TERM", binary, ...args]
    : [binary, ...args];
  return spawn(command, rest, { stdio: [...stdio], detached: true, env: {} });
}

async function becomesReady(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    if (answer?.ok) return true;
    await wait(10);
  }
  return false;
}
