import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { type Answer, startRuntimeApi } from "./runtime-api.ts";

export interface SandboxOptions {
  /** Of `prepareRuntime`. */
  readonly runtime: string;
  /** Where the function's package is unpacked; the working directory. */
  readonly taskRoot: string;
  /** In MB, as Lambda's: what Node is told of it follows from it. */
  readonly memorySize: number;
  /** All that the process sees of an environment, but for the address of the Runtime API. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that may be written to, and no others; then it starts no processes either. Everywhere unless given. */
  readonly writable?: readonly string[];
  readonly functionArn: string;
  /** What the function writes to its log, as it comes. */
  readonly onLog: (text: string) => void;
}

/** What came of an event that a process was given. */
export type Outcome =
  | Answer
  | { readonly kind: "timed-out" }
  /** It ended before it answered. */
  | { readonly kind: "exited"; readonly reason: string };

export interface Sandbox {
  readonly pid: number;
  /** From the start of the process until it asked for its first event. */
  readonly initMs: number;
  /** What the handler failed to load with. */
  readonly initError: Outcome | undefined;
  /** One at a time. A process that is late is killed. */
  readonly invoke: (event: unknown, timeoutMs: number) => Promise<Outcome>;
  /** The most memory that it had at any time; undefined where the platform does not tell. */
  readonly peakBytes: () => number | undefined;
  /** Whether it can be given another event. */
  readonly isAlive: () => boolean;
  readonly kill: () => Promise<void>;
}

/**
 * Starts a process as Lambda starts a sandbox: the runtime interface client, the heap's limits, and
 * nothing of the caller's environment. Between events it is stopped, as Lambda freezes it.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const api = await startRuntimeApi();
  const from = performance.now();
  const child = startProcess(options, api.address);
  const exit = once(child, "exit").then(async ([code, signal]): Promise<Outcome> => {
    await api.close();
    return { kind: "exited", reason: String(signal ?? `exit status ${String(code)}`) };
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const initError = await Promise.race([api.initialised, exit]);
  const initMs = performance.now() - from;
  let peak: number | undefined;
  const freeze = async (): Promise<void> => {
    await Promise.race([api.idle(), exit]);
    if (!isAlive()) return;
    peak = readPeakBytes(child.pid);
    child.kill("SIGSTOP");
  };
  const kill = async (): Promise<void> => {
    if (isAlive()) child.kill("SIGKILL");
    await exit;
  };
  if (initError === undefined) await freeze();
  else await kill();

  return {
    pid: child.pid ?? 0,
    initMs,
    initError,
    invoke: async (event, timeoutMs) => {
      if (!isAlive()) return exit;
      child.kill("SIGCONT");
      const { functionArn } = options;
      const invocation = { event, deadline: Date.now() + timeoutMs, functionArn };
      const outcome = await within(timeoutMs, [api.invoke(invocation), exit]);
      if (outcome.kind === "timed-out") await kill();
      else await freeze();
      return outcome;
    },
    peakBytes: () => peak,
    isAlive,
    kill,
  };
}

function startProcess(options: SandboxOptions, address: string) {
  const { runtime, taskRoot, environment, onLog } = options;
  const [command, ...words] = bindToThis([process.execPath, ...toArguments(options), runtime]);
  const child = spawn(command, words, {
    cwd: taskRoot,
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: address },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const output of [child.stdout, child.stderr]) output.setEncoding("utf8").on("data", onLog);
  return child;
}

async function within(ms: number, outcomes: readonly Promise<Outcome>[]): Promise<Outcome> {
  const late = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => late.resolve({ kind: "timed-out" }), ms);
  try {
    return await Promise.race([...outcomes, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As the start script of Lambda's Node.js images does: a twentieth of the memory for each of the two
 * halves of the young generation, nine tenths for the old one.
 */
function toArguments({ memorySize, writable }: SandboxOptions): readonly string[] {
  const young = Math.floor(memorySize / 10);
  return [
    "--expose-gc",
    "--max-http-header-size=81920",
    `--max-semi-space-size=${Math.floor(young / 2)}`,
    `--max-old-space-size=${memorySize - young}`,
    ...(writable
      ? [
          "--permission",
          "--allow-fs-read=*",
          ...writable.map((folder) => `--allow-fs-write=${folder}`),
        ]
      : []),
  ];
}

/** Stopped, it would outlive whoever started it and was killed; Linux can end it then. */
function bindToThis(words: readonly [string, ...string[]]): readonly [string, ...string[]] {
  const setpriv = "/usr/bin/setpriv";
  return existsSync(setpriv) ? [setpriv, "--pdeathsig", "KILL", ...words] : words;
}

/** Linux tells the most that was resident. */
function readPeakBytes(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
