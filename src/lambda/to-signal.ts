import type { Context } from "aws-lambda";

/** Left to the function for answering after its calls were cut off. */
export const reserveMs = 3_000;

/** @returns a signal that aborts shortly before the function's time is over. */
export function toSignal(context: Pick<Context, "getRemainingTimeInMillis">): AbortSignal {
  return AbortSignal.timeout(Math.max(context.getRemainingTimeInMillis() - reserveMs, 1));
}
