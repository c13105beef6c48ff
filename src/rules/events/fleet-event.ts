import * as z from "zod/mini";
import { type ReasonCode, reasons } from "../decision/reason-codes.ts";

/** Grows when an event changes in a way that a receiver has to know of; new members do not count. */
export const fleetEventVersion = 1;

/** What all events of Muster say that they are from. */
export const fleetEventSource = "muster";

/** Far longer than any that Muster writes: what is longer is damaged, and ten events fit one call. */
const text = z.string().check(z.minLength(1), z.maxLength(300));
const certificateId = z
  .string()
  .check(z.regex(/^[0-9a-f]{64}$/))
  .check(z.describe("SHA-256 of the certificate, as AWS IoT names it."));
const count = z.int().check(z.nonnegative());

const common = {
  version: z.literal(fleetEventVersion),
  stage: text.check(z.describe("Of Muster: several may share a bus.")),
  subject: text.check(z.describe("What the audit chain is about: `CERT#<id>`, `BATCH#<id>`.")),
  sequence: z
    .int()
    .check(
      z.positive(),
      z.describe("Place in the subject's audit chain: with `subject` it names the event."),
    ),
  at: z.iso.datetime().check(z.describe("When it was decided or done.")),
  actor: text.check(z.describe("Who acted: `muster:<function>`, `operator:<name>`, `token:<id>`.")),
  correlationId: z.exactOptional(
    text.check(z.describe("By which the log has every line about it.")),
  ),
};

const codes = z
  .array(z.enum(Object.keys(reasons) as [ReasonCode, ...ReasonCode[]]))
  .check(z.minLength(1), z.maxLength(50), z.describe("Every reason code that applies."));

/** What each event says, by its `detail-type`. */
export const fleetEventShapes = {
  admitted: z.object({
    ...common,
    certificateId,
    thingName: text,
    manufacturer: text,
    batch: text.check(z.describe("Whose entry in the ledger let it in.")),
    profile: text,
    profileVersion: z.int().check(z.positive()),
  }),
  quarantined: z.object({ ...common, certificateId, codes }),
  rejected: z.object({ ...common, certificateId, codes }),
  revoked: z.object({ ...common, certificateId }),
  "batch-completed": z.object({
    ...common,
    batch: text,
    manufacturer: text,
    profile: text,
    entries: count.check(
      z.describe("Certificates that the ledger holds as this manufacturer's, by it or before it."),
    ),
    counts: z
      .exactOptional(
        z.object({ rows: count, added: count, known: count, refused: count, warnings: count }),
      )
      .check(
        z.describe("Rows of the manifest; absent where certificates were imported without one."),
      ),
  }),
} as const;

export type FleetEventType = keyof typeof fleetEventShapes;

export const fleetEventTypes = Object.keys(fleetEventShapes) as readonly FleetEventType[];

/** What others are told of: the `detail-type` and the detail of one event. */
export type FleetEvent = {
  readonly [Type in FleetEventType]: {
    readonly type: Type;
    readonly detail: z.infer<(typeof fleetEventShapes)[Type]>;
  };
}[FleetEventType];

/**
 * What became of an event that was put on the bus: `refused` stays so however often it is put again,
 * `failed` may pass.
 */
export type PutOutcome =
  | { readonly result: "sent" }
  | { readonly result: "refused" | "failed"; readonly code: string };

/**
 * Puts events on the bus, at most ten. May be called again with the same ones: receivers drop what
 * they had by subject and sequence.
 *
 * @returns one outcome for each event, in their order.
 */
export type PutEvents = (
  events: readonly FleetEvent[],
  signal: AbortSignal,
) => Promise<readonly PutOutcome[]>;

/** As many as one call takes. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const eventsOfCall = 10;
