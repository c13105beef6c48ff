import { type Outcome, type Sandbox, type SandboxOptions, startSandbox } from "./start-sandbox.ts";

export interface LambdaOptions extends Omit<SandboxOptions, "onLog"> {
  readonly timeoutMs: number;
}

/** One invocation, as Lambda reports it. */
export interface Report {
  readonly outcome: Outcome;
  /** Of a process that was started for it. */
  readonly initMs?: number;
  readonly ms: number;
  readonly peakBytes?: number | undefined;
  readonly pid: number;
}

export interface Lambda {
  readonly report: (event: unknown, timeoutMs?: number) => Promise<Report>;
  /** The function's answer. @throws Error of the function's type and message when it has none. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** All that it has written to its log. */
  readonly log: () => string;
  /** Kills the process, also at work, as Lambda does with a sandbox that it needs no more. */
  readonly kill: () => Promise<void>;
}

/**
 * Runs a function as Lambda does: started by its first event, kept warm for the next, started anew
 * after it timed out or died. One event at a time; others wait.
 */
export function startLambda({ timeoutMs: timeout, ...options }: LambdaOptions): Lambda {
  let log = "";
  let sandbox: Promise<Sandbox> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const start = () => {
    sandbox = startSandbox({
      ...options,
      onLog: (text) => {
        log += text;
      },
    });
    return sandbox;
  };

  const run = async (event: unknown, timeoutMs: number): Promise<Report> => {
    const kept = await sandbox;
    const warm = kept?.isAlive() ? kept : undefined;
    const used = warm ?? (await start());
    const from = performance.now();
    const outcome = used.initError ?? (await used.invoke(event, timeoutMs));
    return {
      outcome,
      ...(warm === undefined && { initMs: used.initMs }),
      ms: performance.now() - from,
      peakBytes: used.peakBytes(),
      pid: used.pid,
    };
  };

  const report: Lambda["report"] = (event, timeoutMs = timeout) => {
    const result = turn.then(() => run(event, timeoutMs));
    turn = result.catch(() => {});
    return result;
  };

  return {
    report,
    invoke: async (event) => {
      const { outcome } = await report(event);
      if (outcome.kind === "response") return outcome.payload;
      const { errorType: name = outcome.kind, errorMessage = outcome.kind } =
        outcome.kind === "error" ? outcome : {};
      throw Object.assign(new Error(errorMessage), { name });
    },
    log: () => log,
    kill: async () => {
      await (await sandbox)?.kill();
    },
  };
}
