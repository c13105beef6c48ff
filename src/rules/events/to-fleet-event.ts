import * as z from "zod/mini";
import type { AuditRecord, JsonValue } from "../audit/audit-record.ts";
import { MusterError } from "../errors.ts";
import {
  type FleetEvent,
  type FleetEventType,
  fleetEventShapes,
  fleetEventVersion,
} from "./fleet-event.ts";

interface Rule {
  readonly type: FleetEventType;
  readonly toContent: (id: string, evidence: AuditRecord["evidence"]) => object;
  /** Whether the record says that it happened; a dry run did not. */
  readonly happened?: (evidence: AuditRecord["evidence"]) => boolean;
}

/** Which records others are told of. A token's `revoked` is not a device's. */
const rules: Readonly<Record<string, Rule>> = {
  "CERT admitted": {
    type: "admitted",
    toContent: (certificateId, evidence) => {
      const { thingName, manufacturer, batch, profile, profileVersion } = evidence;
      return { certificateId, thingName, manufacturer, batch, profile, profileVersion };
    },
  },
  "CERT quarantined": { type: "quarantined", toContent: toRefused },
  "CERT rejected": { type: "rejected", toContent: toRefused },
  "CERT revoked": { type: "revoked", toContent: (certificateId) => ({ certificateId }) },
  "BATCH completed": {
    type: "batch-completed",
    toContent: toCompleted,
    happened: ({ dryRun }) => dryRun !== true,
  },
};

/** The audit actions that become events: what the stream is filtered by before anyone is asked. */
export const publishedActions: readonly string[] = [
  ...new Set(Object.keys(rules).map((key) => key.split(" ")[1] ?? "")),
];

/**
 * Says what others are told of an audit record. Evidence that they do not need stays in the audit:
 * names in certificates, reasons that operators gave, the sentences of findings.
 *
 * @returns undefined where nobody is told.
 * @throws MusterError STORED_ITEM_UNREADABLE when the record does not hold what such a record holds.
 */
export function toFleetEvent(record: AuditRecord, stage: string): FleetEvent | undefined {
  const { subject, sequence, at, actor, correlationId, action, evidence } = record;
  const [, kind = "", id = ""] = /^([A-Z]+)#(.*)$/s.exec(subject) ?? [];
  const rule = Object.hasOwn(rules, `${kind} ${action}`) ? rules[`${kind} ${action}`] : undefined;
  if (rule === undefined || rule.happened?.(evidence) === false) return undefined;
  const parsed = z.safeParse(fleetEventShapes[rule.type], {
    version: fleetEventVersion,
    stage,
    subject,
    sequence,
    at,
    actor,
    ...(correlationId !== undefined && { correlationId }),
    ...rule.toContent(id, evidence),
  });
  // Which shape goes with which type is the table's to say.
  if (parsed.success) return { type: rule.type, detail: parsed.data } as FleetEvent;
  const fields = parsed.error.issues.map(({ path }) => path.join("."));
  throw new MusterError(
    "STORED_ITEM_UNREADABLE",
    `No event can be made of audit record ${sequence} of ${subject.slice(0, 100)}; missing or wrong: ${fields.join(", ")}.`,
    { details: { subject, sequence, fields } },
  );
}

function toRefused(certificateId: string, { findings }: AuditRecord["evidence"]): object {
  const codes = toList(findings).map((finding) => toObject(finding)["code"]);
  return { certificateId, codes };
}

/** An import has no manifest, and so no rows; it says what landed by itself. */
function toCompleted(batch: string, evidence: AuditRecord["evidence"]): object {
  const { manufacturer, profile, entries, counts } = evidence;
  if (counts === undefined) return { batch, manufacturer, profile, entries };
  const { added, known } = toObject(counts);
  return { batch, manufacturer, profile, counts, entries: Number(added) + Number(known) };
}

function toList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function toObject(value: JsonValue | undefined): { readonly [key: string]: JsonValue | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: JsonValue | undefined })
    : {};
}
