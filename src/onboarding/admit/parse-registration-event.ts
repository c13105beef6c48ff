import * as z from "zod/mini";
import { MusterError } from "../../rules/errors.ts";

const certificateId = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** The last moment that a Date can hold. */
const maxTimestampMs = 8.64e15;

const shape = z.object({
  certificateId,
  caCertificateId: certificateId,
  certificateStatus: z.literal("PENDING_ACTIVATION"),
  timestamp: z.int().check(z.positive(), z.maximum(maxTimestampMs)),
  // Digits in a string, or null in the first event. It is only measured by: what else it is does no harm.
  certificateRegistrationTimestamp: z.optional(z.unknown()),
});

/** AWS IoT's word that a certificate wants in. */
export interface RegistrationEvent {
  readonly certificateId: string;
  readonly caCertificateId: string;
  /** When AWS IoT published the event. */
  readonly publishedAt: Date;
  /** When AWS IoT registered the certificate; where the event does not say, when it was published. */
  readonly registeredAt: Date;
}

/**
 * Reads a just-in-time registration event. Unknown fields are ignored.
 *
 * @throws MusterError EVENT_INVALID, `details.fields` naming what is wrong.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html
 */
export function parseRegistrationEvent(event: unknown): RegistrationEvent {
  const parsed = z.safeParse(shape, event);
  if (!parsed.success) {
    const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join(".") || "(event)"))];
    throw new MusterError(
      "EVENT_INVALID",
      `This is no certificate registration event of AWS IoT; missing or wrong: ${fields.join(", ")}.`,
      { details: { fields } },
    );
  }
  const { timestamp, certificateRegistrationTimestamp: registered, ...ids } = parsed.data;
  return {
    certificateId: ids.certificateId,
    caCertificateId: ids.caCertificateId,
    publishedAt: new Date(timestamp),
    registeredAt: new Date(toRegisteredMs(registered, timestamp)),
  };
}

function toRegisteredMs(registered: unknown, timestamp: number): number {
  if (typeof registered !== "string" || !/^\d{1,16}$/.test(registered)) return timestamp;
  return Math.min(Number(registered), timestamp);
}
