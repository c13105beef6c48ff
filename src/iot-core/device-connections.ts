/** What the device endpoint shows of its connections, and does to them, for the data plane. */
export interface DeviceConnections {
  /** Connected now, with a stored session, or gone for less than 30 minutes. */
  find(clientId: string): ConnectionDescription | undefined;
  /** Of a connection or a stored session; undefined when there is neither. */
  subscriptionsOf(clientId: string): readonly SubscriptionDescription[] | undefined;
  /** Ends a connection, and its session where asked to; false when there is neither. */
  disconnect(clientId: string, options: DisconnectOptions): boolean;
  /** Sends a message as the cloud would: no policy but the receivers' is asked. */
  publish(message: CloudMessage): void;
  /** In no order. */
  connected(): readonly ConnectionDescription[];
}

export interface ConnectionDescription {
  readonly clientId: string;
  readonly certificateId: string;
  readonly thingName: string | undefined;
  readonly mqttVersion: "3.1.1" | "5";
  /** As `TLSv1.3`; undefined for a stored session. */
  readonly tlsVersion: string | undefined;
  readonly isConnected: boolean;
  /** When it connected, or when it went. */
  readonly since: Date;
  readonly isCleanSession: boolean;
  readonly keepAliveSeconds: number;
  /** 0 for a session that ends with its connection. */
  readonly sessionExpirySeconds: number;
  /** Why it went; one of AWS IoT's disconnect reasons. */
  readonly disconnectReason: string | undefined;
  readonly socket:
    | {
        readonly sourceIp: string;
        readonly sourcePort: number;
        readonly targetIp: string;
        readonly targetPort: number;
      }
    | undefined;
}

interface SubscriptionDescription {
  readonly topicFilter: string;
  readonly qos: 0 | 1;
}

interface DisconnectOptions {
  readonly cleanSession: boolean;
  readonly preventWillMessage: boolean;
}

export interface CloudMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain?: boolean;
  /** MQTT 5 properties, as in the packet. */
  readonly properties?: {
    readonly contentType?: string;
    readonly responseTopic?: string;
    readonly correlationData?: Uint8Array;
    readonly messageExpiryInterval?: number;
    readonly payloadFormatIndicator?: boolean;
    readonly userProperties?: Readonly<Record<string, string | readonly string[]>>;
  };
}
