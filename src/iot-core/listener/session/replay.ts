import type { MessageQueues, QueuedEntry } from "../message-queues.ts";

/** A queue whose messages a connection is being sent. */
interface ReplaySource {
  readonly owner: string;
  readonly messagesPerSecond: number;
  /** Up to where the queue has been sent. */
  position: () => number;
  /** Sends one message and remembers its position. */
  send: (entry: QueuedEntry) => void;
}

/** Sends stored messages beside the current ones, as slowly as AWS IoT does. */
export interface Replay {
  add(source: ReplaySource): void;
  stop(): void;
}

interface ReplayDeps {
  readonly queues: MessageQueues;
  /** How many messages the client can take now. */
  readonly room: () => number;
  /** Told of what fails later than `add`. */
  readonly onError: (error: unknown) => void;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#persistent-session-reconnect */
export function createReplay({ queues, room, onError }: ReplayDeps): Replay {
  let sources: ReplaySource[] = [];
  let timer: NodeJS.Timeout | undefined;
  // Sending may end the connection.
  let isStopped = false;

  /** False when nothing is left. */
  const advance = (source: ReplaySource): boolean => {
    const limit = Math.min(source.messagesPerSecond, room());
    if (limit === 0) return true;
    const entries = queues.read(source.owner, source.position(), limit);
    for (const entry of entries) {
      if (isStopped) return false;
      source.send(entry);
    }
    return entries.length === limit;
  };

  const goOn = () => {
    if (!isStopped && sources.length > 0) timer ??= setTimeout(run, 1000).unref();
  };
  const run = () => {
    timer = undefined;
    try {
      sources = sources.filter(advance);
    } catch (error) {
      return onError(error);
    }
    goOn();
  };

  return {
    add: (source) => {
      if (queues.isEmpty(source.owner)) return;
      if (sources.some(({ owner }) => owner === source.owner)) return;
      if (advance(source)) sources.push(source);
      goOn();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      sources = [];
    },
  };
}
