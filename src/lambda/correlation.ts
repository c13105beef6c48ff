import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage<string>();

/**
 * Does some work under a correlation id: every line of the log, and every audit record, that comes of
 * it carries the id. Messages of one batch are worked on at once, so it goes with the work, not with
 * the function.
 *
 * @param id of the message, request or batch; without one the work goes on under the id around it.
 */
export function correlate<T>(id: string | undefined, work: () => T): T {
  return id === undefined || id === "" ? work() : storage.run(id, work);
}

/** @returns undefined outside of any work that has one. */
export function readCorrelationId(): string | undefined {
  return storage.getStore();
}
