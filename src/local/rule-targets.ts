import type { RuleOrigin, RuleTargets } from "../iot-core/topic-rules/topic-rule.ts";
import { sendToEmulator } from "./send-to-emulator.ts";

export interface RuleTargetsDeps {
  /** By URL. */
  readonly queues: ReadonlyMap<string, (body: string) => void>;
  /** By ARN without version or alias; settles once they are there. */
  readonly functions: Promise<ReadonlyMap<string, (event: unknown) => Promise<unknown>>>;
  /** Takes the account of an invocation that was given up on. */
  readonly onFailedInvocation: (account: string) => void;
  /** Before each further attempt at an invocation. */
  readonly retryDelaysMs?: readonly number[];
}

/** Two more attempts, as on AWS, where they come after one and two minutes. */
const defaultRetryDelaysMs = [1_000, 2_000] as const;
const functionPrefix = /^(?:[^:]*:){6}[^:]*/;

/**
 * Builds the way from topic rules to the queues and functions of this machine.
 *
 * An invocation is done when the function succeeded or was given up on, so that whoever keeps
 * account of it can begin it again after an end of the process.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createRuleTargets(deps: RuleTargetsDeps): RuleTargets {
  const { queues, retryDelaysMs = defaultRetryDelaysMs } = deps;
  return {
    sendToQueue: async (queueUrl, body) => {
      const send = queues.get(queueUrl);
      if (send === undefined) await sendAbroad(queueUrl, body);
      else send(body);
    },
    invokeFunction: async (functionArn, payload, origin) => {
      const functions = await deps.functions;
      const invoke = functions.get(withoutVersion(functionArn));
      if (invoke === undefined) {
        throw new Error(
          `The local cloud has no function ${functionArn}, only: ${[...functions.keys()].join(", ")}`,
        );
      }
      const error = await tryInvoke(() => invoke(payload), retryDelaysMs);
      if (error !== undefined) {
        deps.onFailedInvocation(
          toAccount({ origin, functionArn, payload, error, count: retryDelaysMs.length + 1 }),
        );
      }
    },
  };
}

/** @returns the last failure; undefined when an attempt succeeded. */
async function tryInvoke(
  invoke: () => Promise<unknown>,
  retryDelaysMs: readonly number[],
): Promise<Error | undefined> {
  for (const delayMs of [...retryDelaysMs, undefined]) {
    try {
      await invoke();
      return undefined;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      // The local cloud is stopping: it begins anew at the next start.
      if (failure.name === "FunctionClosed") throw failure;
      if (delayMs === undefined) return failure;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
  return undefined;
}

/** The cause of a failed request says more than its message. */
async function sendAbroad(queueUrl: string, body: string): Promise<void> {
  try {
    await sendToEmulator(queueUrl, body);
  } catch (error) {
    if (!(error instanceof Error) || !(error.cause instanceof Error)) throw error;
    const { message } = error.cause;
    throw new Error(`${queueUrl} was not reached: ${message}`, { cause: error });
  }
}

/** The ARN as functions are known by, without version or alias. */
export function withoutVersion(functionArn: string): string {
  return functionPrefix.exec(functionArn)?.[0] ?? "";
}

/**
 * What Lambda sends to an on-failure destination, as far as there is something to say here, with the
 * rule, its topic and the failure as AWS IoT has them in what it tells error actions.
 */
function toAccount(failed: {
  readonly origin: RuleOrigin;
  readonly functionArn: string;
  readonly payload: unknown;
  readonly error: Error;
  readonly count: number;
}): string {
  const { functionArn, error } = failed;
  const errorMessage = `${error.name}: ${error.message}`;
  return JSON.stringify({
    version: "1.0",
    ...failed.origin,
    failures: [{ failedAction: "LambdaAction", failedResource: functionArn, errorMessage }],
    requestContext: {
      functionArn,
      condition: "RetriesExhausted",
      approximateInvokeCount: failed.count,
    },
    requestPayload: failed.payload,
    responsePayload: { errorType: error.name, errorMessage: error.message },
  });
}
