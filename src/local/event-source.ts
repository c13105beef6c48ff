import type { DurableQueue } from "./durable-queue.ts";

export interface EventSourceOptions {
  readonly queue: DurableQueue;
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Most messages of a batch; ten unless given. */
  readonly batchSize?: number;
  readonly now: () => Date;
  /** Called when the queue itself fails; nothing is taken from it any more. */
  readonly onFailure: (reason: string) => void;
}

export interface EventSource {
  /** Looks into the queue now. */
  readonly wake: () => void;
  /** Takes nothing more. */
  readonly stop: () => void;
}

/**
 * Feeds a function from the queue, one batch at a time, and takes off it what was settled. Several
 * may feed from one queue.
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { queue, invoke, batchSize, now, onFailure } = options;
  let closed = false;
  let wake = () => {};

  const handle = async (records: ReturnType<DurableQueue["receive"]>): Promise<void> => {
    try {
      const failed = readFailures(await invoke({ Records: records }));
      for (const { messageId, receiptHandle } of records) {
        if (failed.has(messageId)) queue.fail(receiptHandle, "ITEM_FAILED");
        else queue.remove(receiptHandle);
      }
    } catch (error) {
      const code = error instanceof Error ? error.name : "UNKNOWN";
      for (const { receiptHandle } of records) queue.fail(receiptHandle, code);
    }
  };

  const run = async (): Promise<void> => {
    while (!closed) {
      const records = queue.receive(batchSize);
      if (records.length > 0) await handle(records);
      else await sleep(queue.nextAt());
    }
  };

  const sleep = (until: Date | undefined): Promise<void> =>
    new Promise((resolve) => {
      const delay = until && Math.max(until.getTime() - now().getTime(), 1);
      const timer = delay === undefined ? undefined : setTimeout(resolve, delay);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  run().catch((error: unknown) => onFailure(`The queue failed: ${String(error)}`));
  return {
    wake: () => wake(),
    stop: () => {
      closed = true;
      wake();
    },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function readFailures(response: unknown): ReadonlySet<string> {
  const { batchItemFailures = [] } = (response ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
  };
  return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}
