/** A message of a queue that could not be settled. */
export interface FailedMessage {
  readonly messageId: string;
  readonly code: string;
  readonly error: unknown;
  /** The queue gives up on it: it goes to the dead-letter queue. */
  readonly last: boolean;
}
