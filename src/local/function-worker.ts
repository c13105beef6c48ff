import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { keepCompiled } from "./compile-cache.ts";
import type { FunctionAnswer, FunctionCall } from "./function-thread.ts";

/** Runs inside the worker: loads the handler and calls it as Lambda does. */
async function serve(entry: string, name: string): Promise<void> {
  const { handler } = (await import(entry)) as {
    readonly handler: (event: unknown, context: object) => Promise<unknown>;
  };
  const answer = (message: FunctionAnswer) => parentPort?.postMessage(message);
  parentPort?.on("message", ({ requestId, event, deadline }: FunctionCall) => {
    const context = {
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${name}`,
      memoryLimitInMB: "512",
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: "local",
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    };
    handler(event, context).then(
      (result) => answer({ requestId, result }),
      (error: unknown) => {
        const { name: code, message } = error instanceof Error ? error : new Error(String(error));
        answer({ requestId, error: { name: code, message } });
      },
    );
  });
  answer({ ready: true });
}

keepCompiled();
const { entry, name } = workerData as { readonly entry: string; readonly name: string };
await serve(entry, name);
// A thread that is ended writes nothing at its end.
flushCompileCache();
