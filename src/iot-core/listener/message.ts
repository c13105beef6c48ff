import type { IPublishPacket } from "mqtt-packet";

/** A message on its way from one publisher to its subscribers. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  /** As published. */
  readonly retain: boolean;
  /** What MQTT 5 forwards; undefined when there is nothing. */
  readonly properties?: MessageProperties | undefined;
  /** Epoch milliseconds; undefined for one that does not expire. */
  readonly expiresAt?: number | undefined;
  /** Client id, for subscriptions that want nothing of their own. */
  readonly publisherId?: string;
}

export type PublishProperties = NonNullable<IPublishPacket["properties"]>;
export type MessageProperties = Pick<
  PublishProperties,
  "contentType" | "correlationData" | "payloadFormatIndicator" | "responseTopic" | "userProperties"
>;

const maximumExpirySeconds = 604_800;

/** Takes from the properties of a packet what its receivers get to see. */
export function toMessageProperties(
  properties: PublishProperties | undefined,
): MessageProperties | undefined {
  if (properties === undefined) return undefined;
  const { contentType, correlationData, payloadFormatIndicator, responseTopic } = properties;
  const userProperties = properties.userProperties;
  const kept = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    // The encoder takes an empty record for an error.
    ...(userProperties === undefined || Object.keys(userProperties).length === 0
      ? {}
      : { userProperties }),
  };
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/**
 * Returns when a message expires.
 *
 * @param seconds the interval in the packet; AWS IoT takes 1 to 604,800 and adjusts others.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-message-expiry
 */
export function toExpiry(seconds: number | undefined, now: Date): number | undefined {
  if (seconds === undefined) return undefined;
  return now.getTime() + Math.min(Math.max(seconds, 1), maximumExpirySeconds) * 1000;
}

export function isExpired({ expiresAt }: Pick<Message, "expiresAt">, now: Date): boolean {
  return expiresAt !== undefined && expiresAt <= now.getTime();
}

/** Properties for a receiver, with what is left of the time to live. */
export function toPublishProperties(
  { properties, expiresAt }: Message,
  now: Date,
): PublishProperties {
  if (expiresAt === undefined) return { ...properties };
  const messageExpiryInterval = Math.max(0, Math.floor((expiresAt - now.getTime()) / 1000));
  return { ...properties, messageExpiryInterval };
}

/** What a message holds in memory, about. */
export function toBytes({ payload, properties }: Message): number {
  return payload.length + (stringifyProperties(properties)?.length ?? 0);
}

/** As text that a table can keep. */
export function stringifyProperties(properties: MessageProperties | undefined): string | undefined {
  if (properties === undefined) return undefined;
  const { correlationData, ...others } = properties;
  return JSON.stringify(
    correlationData === undefined
      ? others
      : { ...others, correlationData: Buffer.from(correlationData).toString("base64") },
  );
}

/** Trusts the text: this stand-in wrote it. */
export function parseProperties(text: string | undefined): MessageProperties | undefined {
  if (text === undefined) return undefined;
  const { correlationData, ...others } = JSON.parse(text) as Omit<
    MessageProperties,
    "correlationData"
  > & { readonly correlationData?: string };
  return correlationData === undefined
    ? others
    : { ...others, correlationData: Buffer.from(correlationData, "base64") };
}
