import { join } from "node:path";
import { type DurableQueue, openDurableQueue } from "./durable-queue.ts";
import type { LocalAccount } from "./local-account.ts";
import { ingestSettings } from "./start-functions.ts";
import type { LocalQueue } from "./work-queue.ts";

/** A queue and who reads it. */
interface ReadQueue extends LocalQueue {
  readonly queue: DurableQueue;
  /** Each has its reader look into the queue. */
  readonly readers: Set<() => void>;
}

export interface LocalQueues {
  readonly registrations: ReadQueue;
  readonly ingest: ReadQueue;
  readonly close: () => void;
}

/** As in serverless.yml. */
export const maxReceiveCount = 5;
/** Shorter than there, as those who wait here are people; longer than the functions run. */
const registrationsVisibilityMs = 45_000;
const ingestVisibilityMs = ingestSettings.timeoutMs + 60_000;

/**
 * Opens the queues of a state folder. Whoever holds the first holds the folder.
 *
 * @throws MusterError STATE_IN_USE, STATE_DAMAGED
 */
export function openQueues(
  stateFolder: string,
  { region, accountId }: LocalAccount,
  now: () => Date,
): LocalQueues {
  const open = (file: string, name: string, visibilityTimeoutMs: number) =>
    openDurableQueue({
      file: join(stateFolder, file),
      region,
      arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
      visibilityTimeoutMs,
      maxReceiveCount,
      now,
    });
  const registrations = open("queue.sqlite", "registrations", registrationsVisibilityMs);
  try {
    const ingest = open("ingest.sqlite", "ingest", ingestVisibilityMs);
    return {
      registrations: toReadQueue(registrations),
      ingest: toReadQueue(ingest),
      close: () => {
        registrations.close();
        ingest.close();
      },
    };
  } catch (error) {
    registrations.close();
    throw error;
  }
}

function toReadQueue(queue: DurableQueue): ReadQueue {
  const readers = new Set<() => void>();
  const wake = () => {
    for (const look of readers) look();
  };
  return { queue, readers, wake };
}
