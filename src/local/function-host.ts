import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Worker } from "node:worker_threads";

export interface FunctionHostOptions {
  readonly name: string;
  /** The module that exports `handler`. */
  readonly entry: URL;
  /** All that the function sees of an environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly logFile: string;
}

export interface FunctionHost {
  /** Loads the handler ahead of the first call. */
  readonly ready: () => Promise<void>;
  /** Calls the handler; further calls wait for their turn. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Lets a running call end, for a short while. */
  readonly close: () => Promise<void>;
}

export interface FunctionCall {
  readonly requestId: string;
  readonly event: unknown;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

export type FunctionAnswer =
  | { readonly ready: true }
  | { readonly requestId: string; readonly result: unknown }
  | {
      readonly requestId: string;
      readonly error: { readonly name: string; readonly message: string };
    };

const closeTimeoutMs = 3_000;

/**
 * Runs a Lambda handler in a thread of its own: a clean environment, Lambda's context, its timeout.
 *
 * A thread that times out or dies is replaced at the next call, as Lambda replaces a sandbox.
 */
export function startFunction(options: FunctionHostOptions): FunctionHost {
  const log = createWriteStream(options.logFile, { flags: "a" });
  // A full disk costs what the function says, not what it does.
  log.on("error", () => {});
  let thread: Thread | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  const started = (): Thread => {
    thread ??= startThread(options, log);
    return thread;
  };

  const call = async (event: unknown): Promise<unknown> => {
    if (closed) throw named("FunctionClosed", "The local cloud is stopping.");
    const current = started();
    try {
      return await current.call(event, options.timeoutMs);
    } catch (error) {
      if (error instanceof ThreadLost) {
        thread = undefined;
        await current.stop();
      }
      throw error;
    }
  };

  return {
    ready: () => started().ready,
    invoke: (event) => {
      const result = turn.then(() => call(event));
      turn = result.catch(() => {});
      return result;
    },
    close: async () => {
      closed = true;
      const patience = AbortSignal.timeout(closeTimeoutMs);
      await Promise.race([
        turn,
        new Promise((resolve) => patience.addEventListener("abort", resolve)),
      ]);
      await thread?.stop();
      await new Promise<void>((resolve) => {
        log.end(() => resolve());
      });
    },
  };
}

/** The thread is of no use any more. */
class ThreadLost extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface Thread {
  readonly ready: Promise<void>;
  call(event: unknown, timeoutMs: number): Promise<unknown>;
  stop(): Promise<void>;
}

function startThread(
  { entry, env, name }: FunctionHostOptions,
  log: NodeJS.WritableStream,
): Thread {
  const worker = new Worker(new URL("./function-worker.ts", import.meta.url), {
    env: { ...env },
    workerData: { entry: entry.href, name },
    stdout: true,
    stderr: true,
    name,
  });
  for (const output of [worker.stdout, worker.stderr]) {
    output.pipe(log, { end: false });
    // Without a log it is read and thrown away, lest it be kept.
    output.on("unpipe", () => output.resume());
  }
  const ready = Promise.withResolvers<void>();
  let pending: { requestId: string; settle: PromiseWithResolvers<unknown> } | undefined;
  let lost: ThreadLost | undefined;

  const lose = (error: ThreadLost) => {
    lost ??= error;
    ready.reject(lost);
    pending?.settle.reject(lost);
  };
  worker.on("message", (answer: FunctionAnswer) => {
    if ("ready" in answer) ready.resolve();
    else if (answer.requestId !== pending?.requestId) return;
    else if ("error" in answer) {
      pending.settle.reject(named(answer.error.name, answer.error.message));
    } else pending.settle.resolve(answer.result);
  });
  worker.on("error", (error) => {
    log.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    lose(new ThreadLost("FunctionFailed", error instanceof Error ? error.message : String(error)));
  });
  worker.on("exit", () => lose(new ThreadLost("FunctionExited", "The function ended its thread.")));
  // Whoever calls hears of it; a thread that nobody calls may fail unheard.
  ready.promise.catch(() => {});

  return {
    ready: ready.promise,
    call: async (event, timeoutMs) => {
      await ready.promise;
      const settle = Promise.withResolvers<unknown>();
      const requestId = randomUUID();
      pending = { requestId, settle };
      const timer = setTimeout(
        () => lose(new ThreadLost("FunctionTimedOut", `It did not end within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      const request: FunctionCall = { requestId, event, deadline: Date.now() + timeoutMs };
      worker.postMessage(request);
      try {
        return await settle.promise;
      } finally {
        clearTimeout(timer);
        pending = undefined;
      }
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
