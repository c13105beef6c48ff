import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { parseBatchMessages } from "../batches/batch-messages.ts";
import type { HandleBatchMessage } from "../batches/handle-batch-message.ts";
import type { NoteStalled } from "../batches/ingest/note-stalled.ts";
import { MusterError, toErrorCode } from "../rules/errors.ts";
import { correlate } from "./correlation.ts";
import type { FailedMessage } from "./failed-message.ts";
import { handleMessages } from "./handle-messages.ts";
import { toSignal } from "./to-signal.ts";

export interface HandleIngestDeps {
  readonly handleBatchMessage: HandleBatchMessage;
  readonly noteStalled: NoteStalled;
  /** Has a message come again sooner than the queue would by itself. */
  readonly postponeMessage: (receiptHandle: string, seconds: number) => Promise<void>;
  readonly maxReceiveCount: number;
  readonly onFailed: (failure: FailedMessage) => void;
}

/**
 * Handles messages of the ingest queue. What fails comes again, later each time; the last time it is
 * noted with the batch, and the message goes to the dead-letter queue.
 */
export function createHandleIngest(deps: HandleIngestDeps) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const signal = toSignal(context);
    return handleMessages(event, context, (message, record) =>
      correlate(toCorrelationId(message) ?? record.messageId, () =>
        handleMessage(deps, message, record, signal),
      ),
    );
  };
}

/** The batch's id: all work on it has that in common, over thousands of messages. */
function toCorrelationId(message: unknown): string | undefined {
  try {
    return parseBatchMessages(message)[0]?.batch;
  } catch {
    // What it is instead is said by whoever is to handle it.
    return undefined;
  }
}

async function handleMessage(
  deps: HandleIngestDeps,
  message: unknown,
  { messageId, receiptHandle, attributes }: SQSRecord,
  signal: AbortSignal,
): Promise<void> {
  const received = Number(attributes.ApproximateReceiveCount);
  const last = received >= deps.maxReceiveCount;
  // Whoever is killed at it says nothing afterwards; the worker takes it back once it is done.
  if (last) await deps.noteStalled(message, undefined).catch(() => {});
  try {
    await inTime(deps.handleBatchMessage(message), signal);
  } catch (error) {
    deps.onFailed({ messageId, code: toErrorCode(error), error, last });
    // Neither is what went wrong; the log has it in any case.
    if (last) await deps.noteStalled(message, error).catch(() => {});
    else await deps.postponeMessage(receiptHandle, toDelay(received)).catch(() => {});
    throw error;
  }
}

/** The queue's own time is longer than the function's, for those that died. */
function toDelay(received: number): number {
  return Math.min(10 * 3 ** (received - 1), 300);
}

/** Work that has no end is left where it stands: whoever does it anew takes over from it. */
async function inTime(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<never>();
  const end = () =>
    ended.reject(
      new MusterError("DEADLINE_EXCEEDED", "The function's time ran out; the message comes again."),
    );
  signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}
