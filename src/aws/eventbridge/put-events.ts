import { PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import {
  type FleetEvent,
  fleetEventSource,
  type PutEvents,
  type PutOutcome,
} from "../../rules/events/fleet-event.ts";
import { backOff } from "../dynamodb/back-off.ts";
import { type BusOptions, createCheckBus } from "./check-bus.ts";

/** EventBridge may take some of a call's entries and not others; so often the others are put again. */
const maxTries = 5;

/**
 * Codes of entries that no further try changes. Every other is taken to pass.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const lasting = /Malformed|Invalid|TooLarge|NotAuthorizedFor/i;

/**
 * Builds the putting of events on a bus of EventBridge. It needs `events:PutEvents` and
 * `events:DescribeEventBus` on that bus.
 *
 * @throws what the call as a whole fails with, when all waiting was in vain; ResourceNotFoundException
 * where there is no such bus.
 */
export function createPutEvents(options: BusOptions): PutEvents {
  const { client, bus } = options;
  const checkBus = createCheckBus(options);
  return async (events, signal) => {
    await checkBus(signal);
    const outcomes = new Map<FleetEvent, PutOutcome>();
    let left = events;
    for (let tries = 0; left.length > 0 && tries < maxTries; tries += 1) {
      if (tries > 0) await backOff(tries, signal);
      const command = new PutEventsCommand({ Entries: left.map((each) => toEntry(each, bus)) });
      const { Entries = [] } = await client.send(command, { abortSignal: signal });
      for (const [index, event] of left.entries()) outcomes.set(event, toOutcome(Entries[index]));
      left = left.filter((event) => outcomes.get(event)?.result === "failed");
    }
    return events.map((event) => outcomes.get(event) ?? unanswered);
  };
}

const unanswered: PutOutcome = { result: "failed", code: "Unanswered" };

function toOutcome(
  entry: { readonly EventId?: string | undefined; readonly ErrorCode?: string | undefined } = {},
): PutOutcome {
  const { EventId, ErrorCode } = entry;
  if (EventId !== undefined) return { result: "sent" };
  if (ErrorCode === undefined) return unanswered;
  return { result: lasting.test(ErrorCode) ? "refused" : "failed", code: ErrorCode };
}

function toEntry({ type, detail }: FleetEvent, bus: string): PutEventsRequestEntry {
  return {
    EventBusName: bus,
    Source: fleetEventSource,
    DetailType: type,
    Time: new Date(detail.at),
    Detail: JSON.stringify(detail),
  };
}
