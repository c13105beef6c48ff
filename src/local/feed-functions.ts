import { startEventSource } from "./event-source.ts";
import type { LocalQueues } from "./open-queues.ts";
import { ingestSettings, type LocalFunctions } from "./start-functions.ts";
import { startSchedule } from "./start-schedule.ts";

export interface FeedingDeps {
  readonly queues: LocalQueues;
  readonly functions: Pick<LocalFunctions, "onboard" | "heal" | "ingest">;
  /** Called when a queue itself fails. */
  readonly onFailure: (reason: string) => void;
  readonly now: () => Date;
}

/** Shorter than on AWS, as those who wait here are people. */
const healEveryMs = 60_000;

/**
 * Has the functions work off their queues and the schedule run, as event sources do on AWS.
 *
 * @returns what ends it: nothing more is taken from the queues.
 */
export function feedFunctions({ queues, functions, onFailure, now }: FeedingDeps): () => void {
  const { registrations, ingest } = queues;
  const { invoke } = functions.ingest;
  const sources = [
    {
      ...registrations,
      source: startEventSource({
        queue: registrations.queue,
        invoke: functions.onboard.invoke,
        now,
        onFailure,
      }),
    },
    // A message is work for seconds: each is settled by itself.
    ...Array.from({ length: ingestSettings.maxThreads }, () => ({
      ...ingest,
      source: startEventSource({ queue: ingest.queue, invoke, batchSize: 1, now, onFailure }),
    })),
  ];
  for (const { readers, source } of sources) readers.add(source.wake);
  const endSchedule = startSchedule(healEveryMs, () => functions.heal.invoke({}));
  return () => {
    for (const { source } of sources) source.stop();
    endSchedule();
  };
}
