import { createWriteStream } from "node:fs";
import {
  type FunctionThread,
  type FunctionThreadOptions,
  startFunctionThread,
  toNamedError,
} from "./function-thread.ts";

export interface FunctionHostOptions extends FunctionThreadOptions {
  readonly timeoutMs: number;
  readonly logFile: string;
  /** Each has one call at a time, as Lambda's sandboxes; one unless given. */
  readonly maxThreads?: number;
}

export interface FunctionHost {
  /** Loads the handler ahead of the first call. */
  readonly ready: () => Promise<void>;
  /** Calls the handler; calls that find no thread free wait for their turn. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Lets running calls end, for a short while. */
  readonly close: () => Promise<void>;
}

const closeTimeoutMs = 3_000;

/**
 * Runs a Lambda handler in threads: a clean environment, Lambda's context, its timeout.
 *
 * Another thread is started when all of them are at work, as Lambda starts sandboxes. One that times
 * out or dies is replaced when there is a call for it.
 */
export function startFunction(options: FunctionHostOptions): FunctionHost {
  const log = createWriteStream(options.logFile, { flags: "a" });
  // A full disk costs what the function says, not what it does.
  log.on("error", () => {});
  const pool = createPool(() => startFunctionThread(options, log), options.maxThreads ?? 1);
  const running = new Set<Promise<unknown>>();
  let closed = false;

  const call = async (event: unknown): Promise<unknown> => {
    const thread = await pool.take();
    try {
      if (closed) throw closing();
      return await thread.call(event, options.timeoutMs);
    } finally {
      pool.giveBack(thread);
    }
  };

  return {
    ready: pool.ready,
    invoke: async (event) => {
      if (closed) throw closing();
      const result = call(event);
      running.add(result);
      try {
        return await result;
      } finally {
        running.delete(result);
      }
    },
    close: async () => {
      closed = true;
      const patience = AbortSignal.timeout(closeTimeoutMs);
      await Promise.race([
        Promise.allSettled(running),
        new Promise((resolve) => patience.addEventListener("abort", resolve)),
      ]);
      await pool.stop();
      await new Promise<void>((resolve) => {
        log.end(() => resolve());
      });
    },
  };
}

function closing(): Error {
  return toNamedError("FunctionClosed", "The local cloud is stopping.");
}

interface Pool {
  /** Resolves when one thread has loaded the handler. */
  readonly ready: () => Promise<void>;
  /** Waits for a thread that is free. @throws what the handler fails to load with. */
  readonly take: () => Promise<FunctionThread>;
  readonly giveBack: (thread: FunctionThread) => void;
  readonly stop: () => Promise<void>;
}

function createPool(start: () => FunctionThread, maxThreads: number): Pool {
  const threads = new Set<FunctionThread>();
  const free: FunctionThread[] = [];
  const waiting: PromiseWithResolvers<FunctionThread>[] = [];
  let stopped = false;

  const giveBack = (thread: FunctionThread): void => {
    if (!threads.has(thread)) return;
    const next = waiting.shift();
    if (next === undefined) free.push(thread);
    else next.resolve(thread);
  };
  const drop = (thread: FunctionThread): void => {
    threads.delete(thread);
    const index = free.indexOf(thread);
    if (index >= 0) free.splice(index, 1);
    void thread.stop();
    if (waiting.length > 0) grow();
  };
  const grow = (): void => {
    if (stopped || threads.size >= maxThreads) return;
    const thread = start();
    threads.add(thread);
    void thread.lost.then(() => drop(thread));
    thread.ready.then(
      () => giveBack(thread),
      (error: unknown) => waiting.shift()?.reject(error),
    );
  };

  return {
    ready: async () => {
      if (threads.size === 0) grow();
      const [first] = threads;
      await first?.ready;
    },
    take: async () => {
      const thread = free.pop();
      if (thread !== undefined) return thread;
      const turn = Promise.withResolvers<FunctionThread>();
      waiting.push(turn);
      grow();
      return turn.promise;
    },
    giveBack,
    stop: async () => {
      stopped = true;
      for (const turn of waiting.splice(0)) turn.reject(closing());
      await Promise.all([...threads].map((thread) => thread.stop()));
    },
  };
}
