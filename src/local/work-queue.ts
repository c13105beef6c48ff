import { checkDelay } from "../batches/check-delay.ts";
import type { WorkQueue } from "../batches/work-queue.ts";
import type { DurableQueue } from "./durable-queue.ts";

export interface LocalQueue {
  readonly queue: Pick<DurableQueue, "changeVisibility" | "counts" | "send">;
  /** Has the queue's reader look into it. */
  readonly wake: () => void;
}

/** As in SQS. */
const maxMessageBytes = 1024 * 1024;

/** Builds a work queue on a queue of the local cloud, for the thread that has it open. */
export function createLocalWorkQueue(local: LocalQueue): WorkQueue {
  return {
    send: async (message, { delaySeconds = 0 } = {}) => {
      putMessage(local, JSON.stringify(message), delaySeconds);
    },
  };
}

/**
 * Puts a message in, and wakes who reads.
 *
 * @returns its id.
 * @throws RangeError of what SQS would not take.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function putMessage(
  { queue, wake }: LocalQueue,
  body: string,
  delaySeconds: number,
): string {
  checkDelay(delaySeconds);
  if (Buffer.byteLength(body) > maxMessageBytes) {
    throw new RangeError(`A message is at most ${maxMessageBytes} bytes`);
  }
  const id = queue.send(body, delaySeconds * 1_000);
  wake();
  return id;
}
