/** The retained messages of the device endpoint, for the data plane. */
export interface RetainedMessages {
  /** Undefined when the topic has none, or it has expired. */
  get(topic: string): RetainedMessage | undefined;
  /**
   * One page, in the order of the topics.
   *
   * @param after topic of the last message of the page before.
   */
  list(after: string | undefined, limit: number): RetainedMessagePage;
}

export interface RetainedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  /** When it was stored. */
  readonly lastModified: Date;
  /** MQTT 5 user properties as a client sent them; undefined when there are none. */
  readonly userProperties: Readonly<Record<string, string | readonly string[]>> | undefined;
}

interface RetainedMessagePage {
  readonly messages: readonly RetainedMessage[];
  /** `after` of the next page; undefined on the last one. */
  readonly next: string | undefined;
}
