import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";

export interface FunctionThreadOptions {
  readonly name: string;
  /** The module that exports `handler`. */
  readonly entry: URL;
  /** All that the function sees of an environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface FunctionThread {
  /** Settles when the handler is loaded, or cannot be. */
  readonly ready: Promise<void>;
  /** Resolves when the thread is of no use any more. */
  readonly lost: Promise<void>;
  /** One at a time. @throws ThreadLost, or what the handler throws, by name and message. */
  readonly call: (event: unknown, timeoutMs: number) => Promise<unknown>;
  readonly stop: () => Promise<void>;
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

/** The thread is of no use any more. */
class ThreadLost extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** As small as serverless.yml has it for ingest: three spaces of 8 MiB. */
const maxYoungGenerationSizeMb = 24;

/** Loads a Lambda handler in a thread of its own, with a clean environment. */
export function startFunctionThread(
  { entry, env, name }: FunctionThreadOptions,
  log: NodeJS.WritableStream,
): FunctionThread {
  const worker = new Worker(new URL("./function-worker.ts", import.meta.url), {
    env: { ...env },
    workerData: { entry: entry.href, name },
    resourceLimits: { maxYoungGenerationSizeMb },
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
  const ended = Promise.withResolvers<void>();
  let pending: { requestId: string; settle: PromiseWithResolvers<unknown> } | undefined;
  let lost: ThreadLost | undefined;

  const lose = (error: ThreadLost) => {
    lost ??= error;
    // First of all, lest it be given to the next call.
    ended.resolve();
    ready.reject(lost);
    pending?.settle.reject(lost);
  };
  worker.on("message", (answer: FunctionAnswer) => {
    if ("ready" in answer) ready.resolve();
    else if (answer.requestId !== pending?.requestId) return;
    else if ("error" in answer) {
      pending.settle.reject(toNamedError(answer.error.name, answer.error.message));
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
    lost: ended.promise,
    call: async (event, timeoutMs) => {
      await ready.promise;
      if (lost !== undefined) throw lost;
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

export function toNamedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
