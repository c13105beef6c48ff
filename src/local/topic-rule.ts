/** What AWS IoT publishes on a reserved topic. */
export interface PublishedEvent {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const registered = /^\$aws\/events\/certificates\/registered\/[^/]+$/;

/**
 * Does what the deployed topic rule does:
 * `SELECT * FROM '$aws/events/certificates/registered/+'` into the queue.
 */
export function createTopicRule(send: (body: string) => void): (event: PublishedEvent) => void {
  return ({ topic, payload }) => {
    if (registered.test(topic)) send(JSON.stringify(payload));
  };
}
