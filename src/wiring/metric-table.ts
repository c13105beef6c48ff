import { problemStatuses } from "../api/problems/problem-table.ts";
import { awsServices } from "../aws/observe-calls.ts";
import { reasons } from "../rules/decision/reason-codes.ts";
import { errorCodes } from "../rules/errors.ts";
import { fleetEventTypes } from "../rules/events/fleet-event.ts";

export interface MetricRow {
  readonly unit: "Count" | "Milliseconds";
  readonly what: string;
  /** The functions that send it. */
  readonly from: readonly string[];
  /** The one dimension beside `stage`, and all its values. */
  readonly by?: { readonly name: string; readonly values: readonly string[] };
}

export const metricNamespace = "Muster";

const deciding = ["onboard", "heal", "ingest", "api"];

/**
 * Every metric that Muster sends, all in the namespace `Muster` with the dimension `stage`. CloudWatch
 * bills each metric with each value of its dimensions, so none grows with tenants, CAs or devices.
 */
export const metricTable = {
  Registrations: {
    unit: "Count",
    what: "Registration events that were settled, by what became of them; `settled-before` are repeats, `not-ours` those of CAs that are not on this stage's list.",
    from: ["onboard"],
    by: {
      name: "outcome",
      values: ["admitted", "quarantined", "rejected", "settled-before", "not-ours"],
    },
  },
  ActivationTime: {
    unit: "Milliseconds",
    what: "From AWS IoT's registering a certificate to its being ACTIVE, of those let in at a registration event; not of those that waited in quarantine.",
    from: ["onboard"],
  },
  Decisions: {
    unit: "Count",
    what: "Decisions on certificates that came into the audit, whatever led to them.",
    from: deciding,
    by: { name: "outcome", values: ["admitted", "quarantined", "rejected"] },
  },
  Findings: {
    unit: "Count",
    what: "Reasons of certificates that were quarantined or rejected; one with three reasons counts three times.",
    from: deciding,
    by: { name: "code", values: Object.keys(reasons) },
  },
  MessagesFailed: {
    unit: "Count",
    what: "Deliveries of messages that failed and come again.",
    from: ["onboard", "ingest"],
    by: { name: "function", values: ["onboard", "ingest"] },
  },
  MessagesGivenUp: {
    unit: "Count",
    what: "Messages that failed for the last time and went to the dead-letter queue.",
    from: ["onboard", "ingest"],
    by: { name: "function", values: ["onboard", "ingest"] },
  },
  Healed: {
    unit: "Count",
    what: "Certificates that healing let in, changed in whatever way, or could not settle this time.",
    from: ["heal", "ingest"],
    by: { name: "result", values: ["admitted", "changed", "failed"] },
  },
  QuarantineSize: {
    unit: "Count",
    what: "Certificates that wait for the ledger, counted every five minutes in the index that healing walks, which lags by seconds. Counting ends at 100,000.",
    from: ["heal"],
  },
  Batches: {
    unit: "Count",
    what: "Batches by what came into their audit: their ends, and that their work stalled or went on.",
    from: ["ingest", "api"],
    by: {
      name: "outcome",
      values: ["completed", "failed", "expired", "recalled", "stalled", "resumed"],
    },
  },
  IngestRows: {
    unit: "Count",
    what: "Rows of completed batches, those of dry runs left out.",
    from: ["ingest"],
    by: { name: "result", values: ["added", "known", "refused"] },
  },
  ApiProblems: {
    unit: "Count",
    what: "Requests that were answered with a problem document, by its code; `INTERNAL` for a failure inside.",
    from: ["api"],
    by: { name: "code", values: toProblemCodes() },
  },
  AuthorizerDenials: {
    unit: "Count",
    what: "Requests with a token that is mistyped, unknown, expired or revoked.",
    from: ["authorize"],
  },
  AwsRetries: {
    unit: "Count",
    what: "Tries of calls to AWS after the first.",
    from: [...deciding, "authorize", "publish"],
    by: { name: "service", values: awsServices },
  },
  AwsThrottles: {
    unit: "Count",
    what: "Tries that AWS refused as too many.",
    from: [...deciding, "authorize", "publish"],
    by: { name: "service", values: awsServices },
  },
  EventsSent: {
    unit: "Count",
    what: "Events that the bus took; one that is sent twice counts twice.",
    from: ["publish"],
    by: { name: "type", values: fleetEventTypes },
  },
  EventsSetAside: {
    unit: "Count",
    what: "Audit records that no event can be made of, or whose event the bus refuses for good.",
    from: ["publish"],
  },
  EventsStopped: {
    unit: "Count",
    what: "Times that sending stopped at a record, to be tried again from there.",
    from: ["publish"],
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metricTable;

/** What went wrong inside has no code of its own: nobody outside is to branch on it. */
function toProblemCodes(): readonly string[] {
  const codes = Object.keys(errorCodes) as (keyof typeof errorCodes)[];
  return [...codes.filter((code) => problemStatuses[code] !== "internal"), "INTERNAL"];
}
