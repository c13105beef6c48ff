import type { Message } from "./message.ts";
import type { SharedGroup } from "./shared-groups.ts";
import type { Subscription } from "./subscription-tree.ts";

/** The session of a client, with or without a connection. */
export interface SessionState {
  readonly clientId: string;
  /** 4 is MQTT 3.1.1. Sessions are not carried over from one version to the other. */
  readonly protocolVersion: 4 | 5;
  readonly subscriptions: Map<string, Subscription>;
  /** Of the connection, or of the last one. */
  certificateId: string;
  keepAliveSeconds: number;
  /** How long it outlives its connection; 0 for not at all. */
  expirySeconds: number;
  /** Whether the state file has it. */
  isStored: boolean;
  receiver: Receiver | undefined;
  disconnectedAt: Date | undefined;
  disconnectReason: string | undefined;
}

/** The connection of a session, as far as deliveries go. */
export interface Receiver {
  /**
   * Sends a message if the policies and the limits allow it; false when they do not.
   *
   * @param group the shared subscription it comes from.
   */
  deliver(message: Message, subscription: Subscription, group?: SharedGroup): boolean;
  /** Sends what waits for a shared subscription that the connection has just joined. */
  takeOver(group: SharedGroup): void;
}

/** True from the moment when a session that is away may be forgotten. */
export function hasExpired(state: SessionState, now: Date): boolean {
  const { disconnectedAt, expirySeconds } = state;
  return (
    disconnectedAt !== undefined && now.getTime() >= disconnectedAt.getTime() + expirySeconds * 1000
  );
}
