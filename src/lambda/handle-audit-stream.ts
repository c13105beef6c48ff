import type {
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
} from "aws-lambda";
import type { AuditRecord } from "../rules/audit/audit-record.ts";
import { toErrorCode } from "../rules/errors.ts";
import {
  eventsOfCall,
  type FleetEvent,
  type PutEvents,
  type PutOutcome,
} from "../rules/events/fleet-event.ts";
import { toFleetEvent } from "../rules/events/to-fleet-event.ts";
import { correlate } from "./correlation.ts";
import { toSignal } from "./to-signal.ts";

/** A record that no event will ever come of by itself, for the dead-letter queue. */
export interface SetAside {
  readonly subject: string;
  readonly sequence: string;
  readonly code: string;
}

export interface HandleAuditStreamDeps {
  readonly stage: string;
  /** @throws MusterError STORED_ITEM_UNREADABLE */
  readonly readImage: (image: unknown) => AuditRecord;
  readonly putEvents: PutEvents;
  readonly setAside: (record: SetAside) => Promise<void>;
  readonly onSent: (event: FleetEvent) => void;
  readonly onSetAside: (record: SetAside) => void;
  /** The stream stands still at this record until it is tried again. */
  readonly onStopped: (code: string) => void;
}

/**
 * Tells others what the audit table's stream says: an event for each record that one is made of, in the
 * stream's order, at least once.
 *
 * Where something fails the stream is read again from there. A record that no further try would change
 * must not stand in the way of those behind it, which are other devices': it is set aside.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function createHandleAuditStream(deps: HandleAuditStreamDeps) {
  return async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const signal = toSignal(context);
    const items = event.Records.flatMap((record) => toItems(deps, record));
    for (let start = 0; start < items.length; start += eventsOfCall) {
      const stoppedAt = await publish(deps, items.slice(start, start + eventsOfCall), signal);
      if (stoppedAt !== undefined) return { batchItemFailures: [{ itemIdentifier: stoppedAt }] };
    }
    return { batchItemFailures: [] };
  };
}

interface Item {
  /** Of the stream, which goes on from here. */
  readonly place: string;
  readonly key: Pick<SetAside, "subject" | "sequence">;
  readonly event: FleetEvent | { readonly unreadable: string };
}

/** Records are put once and never changed: what is no insert says nothing new. */
function toItems(
  { readImage, stage }: HandleAuditStreamDeps,
  { eventName, dynamodb = {} }: DynamoDBRecord,
): readonly Item[] {
  if (eventName !== "INSERT") return [];
  const { SequenceNumber: place = "", Keys, NewImage } = dynamodb;
  const key = { subject: Keys?.["pk"]?.S ?? "", sequence: Keys?.["sk"]?.S ?? "" };
  try {
    const event = toFleetEvent(readImage(NewImage), stage);
    return event ? [{ place, key, event }] : [];
  } catch (error) {
    return [{ place, key, event: { unreadable: toErrorCode(error) } }];
  }
}

/** @returns the place of the first record that is still to be done. */
async function publish(
  deps: HandleAuditStreamDeps,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const outcomes = await put(deps, items, signal);
  for (const { place, key, event } of items) {
    const outcome = outcomes.get(event) ?? { result: "refused", code: toProblem(event) };
    const code = await settle(deps, { key, event, outcome });
    if (code === undefined) continue;
    deps.onStopped(code);
    return place;
  }
  return undefined;
}

async function put(
  { putEvents }: HandleAuditStreamDeps,
  items: readonly Item[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Item["event"], PutOutcome>> {
  const events = items.flatMap(({ event }) => ("type" in event ? [event] : []));
  if (events.length === 0) return new Map();
  try {
    const outcomes = await putEvents(events, signal);
    return new Map(events.map((event, index) => [event, outcomes[index] ?? unanswered]));
  } catch (error) {
    const outcome = { result: "failed", code: toErrorCode(error) } as const;
    return new Map(events.map((event) => [event, outcome]));
  }
}

const unanswered: PutOutcome = { result: "failed", code: "Unanswered" };

const toProblem = (event: Item["event"]) => ("unreadable" in event ? event.unreadable : "");

/** @returns the code of what keeps it from being done. */
async function settle(
  { setAside, onSent, onSetAside }: HandleAuditStreamDeps,
  { key, event, outcome }: Pick<Item, "key" | "event"> & { readonly outcome: PutOutcome },
): Promise<string | undefined> {
  if (outcome.result === "failed") return outcome.code;
  if (outcome.result === "sent" && "type" in event) {
    correlate(event.detail.correlationId, () => onSent(event));
    return undefined;
  }
  const aside = { ...key, code: outcome.result === "refused" ? outcome.code : "" };
  try {
    await setAside(aside);
  } catch (error) {
    return toErrorCode(error);
  }
  onSetAside(aside);
  return undefined;
}
