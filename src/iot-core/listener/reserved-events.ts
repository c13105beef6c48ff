import type { DeviceCertificate, ReservedEvent } from "../model.ts";
import type { DisconnectReason } from "./session-end.ts";

/**
 * Tells of a certificate that waits for its activation.
 *
 * @param isFirst whether this connect registered it: AWS IoT then gives no registration time.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html
 */
export function toRegisteredEvent(
  certificate: DeviceCertificate,
  { accountId, isFirst, now }: { accountId: string; isFirst: boolean; now: Date },
): ReservedEvent {
  const caCertificateId = certificate.caCertificateId ?? "";
  return {
    topic: `$aws/events/certificates/registered/${caCertificateId}`,
    payload: {
      certificateId: certificate.certificateId,
      caCertificateId,
      timestamp: now.getTime(),
      certificateStatus: certificate.status,
      awsAccountId: accountId,
      certificateRegistrationTimestamp: isFirst ? null : String(certificate.creationDate.getTime()),
    },
  };
}

/** What the presence events of a connection have in common. */
export interface Presence {
  readonly clientId: string;
  readonly certificateId: string;
  readonly sessionIdentifier: string;
  readonly ipAddress: string;
  /** Only of a certificate that is attached exclusively. */
  readonly thingName: string | undefined;
}

export interface SessionPresence extends Presence {
  readonly versionNumber: number;
}

/** https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
export function toConnectFailedEvents(presence: Presence, now: Date): readonly ReservedEvent[] {
  return toPresenceEvents("connect_failed", presence, now, {
    connectFailureReason: "AUTHORIZATION_FAILED",
    ipAddress: presence.ipAddress,
  });
}

export function toConnectedEvents(presence: SessionPresence, now: Date): readonly ReservedEvent[] {
  return toPresenceEvents("connected", presence, now, {
    ipAddress: presence.ipAddress,
    versionNumber: presence.versionNumber,
  });
}

export function toDisconnectedEvents(
  presence: SessionPresence,
  disconnectReason: DisconnectReason,
  now: Date,
): readonly ReservedEvent[] {
  return toPresenceEvents("disconnected", presence, now, {
    clientInitiatedDisconnect: disconnectReason === "CLIENT_INITIATED_DISCONNECT",
    disconnectReason,
    versionNumber: presence.versionNumber,
  });
}

/** @param topics filters; none make no event. */
export function toSubscriptionEvents(
  eventType: "subscribed" | "unsubscribed",
  presence: Presence,
  topics: readonly string[],
  now: Date,
): readonly ReservedEvent[] {
  if (topics.length === 0 || isWildcard(presence.clientId)) return [];
  return [
    {
      topic: `$aws/events/subscriptions/${eventType}/${presence.clientId}`,
      payload: { ...toCommonPayload(eventType, presence, now), topics },
    },
  ];
}

/** None for a client id that would be a wildcard in the topic. */
function toPresenceEvents(
  eventType: "connect_failed" | "connected" | "disconnected",
  presence: Presence,
  now: Date,
  more: ReservedEvent["payload"],
): readonly ReservedEvent[] {
  if (isWildcard(presence.clientId)) return [];
  return [
    {
      topic: `$aws/events/presence/${eventType}/${presence.clientId}`,
      payload: { ...toCommonPayload(eventType, presence, now), ...more },
    },
  ];
}

function isWildcard(clientId: string): boolean {
  return /[#+]/.test(clientId);
}

function toCommonPayload(
  eventType: string,
  { clientId, certificateId, sessionIdentifier, thingName }: Presence,
  now: Date,
): ReservedEvent["payload"] {
  return {
    clientId,
    ...(thingName === undefined ? {} : { thingName }),
    timestamp: now.getTime(),
    eventType,
    sessionIdentifier,
    principalIdentifier: certificateId,
  };
}
