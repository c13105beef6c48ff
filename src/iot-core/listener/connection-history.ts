import type { ConnectionDescription } from "../device-connections.ts";

/** Remembers connections that are gone. */
export interface ConnectionHistory {
  add(description: ConnectionDescription, versionNumber: number): void;
  /** Of the client's last connection, when that is less than 30 minutes ago. */
  find(clientId: string): ConnectionDescription | undefined;
  /** What the presence events of the client's next connection carry. */
  nextVersionNumber(clientId: string): number;
  forgetOld(): void;
}

interface Entry {
  readonly description: ConnectionDescription;
  readonly versionNumber: number;
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#get-connection-api */
const descriptionMilliseconds = 30 * 60_000;
/** https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
const versionMilliseconds = 60 * 60_000;
/** The oldest are forgotten beyond. */
const maximumEntries = 20_000;

export function createConnectionHistory(now: () => Date): ConnectionHistory {
  // In the order of their end.
  const entries = new Map<string, Entry>();
  const ageOf = ({ description }: Entry) => now().getTime() - description.since.getTime();

  return {
    add: (description, versionNumber) => {
      entries.delete(description.clientId);
      entries.set(description.clientId, { description, versionNumber });
      const [oldest] = entries.keys();
      if (entries.size > maximumEntries && oldest !== undefined) entries.delete(oldest);
    },
    find: (clientId) => {
      const entry = entries.get(clientId);
      return entry && ageOf(entry) < descriptionMilliseconds ? entry.description : undefined;
    },
    nextVersionNumber: (clientId) => {
      const entry = entries.get(clientId);
      return entry && ageOf(entry) < versionMilliseconds ? entry.versionNumber + 1 : 0;
    },
    forgetOld: () => {
      for (const [clientId, entry] of entries) {
        if (ageOf(entry) < versionMilliseconds) return;
        entries.delete(clientId);
      }
    },
  };
}
