import type { SentEvents, WhichEvents } from "../../access/audit/send-events.ts";
import type { AuditRecord } from "../../rules/audit/audit-record.ts";
import { MusterError } from "../../rules/errors.ts";
import { fleetEventSource } from "../../rules/events/fleet-event.ts";
import { toFleetEvent } from "../../rules/events/to-fleet-event.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toTable } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { parseSubject, subjectHelp, unknownSubject } from "../subject-argument.ts";

interface Options {
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly bus?: string;
}

/** The whole audit of a large fleet takes long to read. */
const sendMs = 3_600_000;

export function addEventsCommands({ program, json, flags, open }: Cli): void {
  const events = program.command("events").description("what others are told of, on an event bus");

  events
    .command("show")
    .description("show the events that the audit records of one subject become, one a line")
    .argument("<subject>", subjectHelp)
    .addHelpText(
      "after",
      examples("muster events show device.pem", "muster --json events show BATCH#0197a3c4…"),
    )
    .action(async (text: string) => {
      const subject = parseSubject(text);
      const { records } = await (await open()).readChain(subject);
      if (records.length === 0) throw unknownSubject(subject);
      const stage = flags().stage ?? "local";
      const entries = records.flatMap((record) => toEntries(record, stage));
      if (json) return print(json, { subject, events: entries }, () => "");
      for (const entry of entries) console.log(JSON.stringify(entry));
      // Beside the lines, which may be piped.
      if (entries.length === 0) {
        console.error(`None of its ${plural(records.length, "audit record")} becomes an event.`);
      }
    });

  events
    .command("send")
    .description("send events of the audit once more, after they could not be sent")
    .option("--subject <subject>", "of one subject: CERT#<id>, BATCH#<id>")
    .option("--from <time>", "of all subjects, from this moment on (ISO 8601)")
    .option("--to <time>", "up to this moment; default: now")
    .option("--bus <name>", "the event bus; default: the stage's own")
    .addHelpText(
      "after",
      examples(
        "muster --stage dev events send --subject CERT#5f3c…e1",
        "muster --stage dev events send --from 2026-05-01T12:00:00Z --to 2026-05-01T18:00:00Z",
      ),
    )
    .action(async ({ bus, ...options }: Options) => {
      const which = toWhich(options, new Date());
      const { wireEventsTarget } = await import("../../wiring/target.ts");
      const sendEvents = await wireEventsTarget({ ...flags(), ...(bus !== undefined && { bus }) });
      const result = await sendEvents(which, AbortSignal.timeout(sendMs));
      print(json, result, () => toText(result));
      if (result.failed.length > 0) process.exitCode = exitCodes.partly;
    });
}

function toEntries(record: AuditRecord, stage: string): readonly object[] {
  const event = toFleetEvent(record, stage);
  if (event === undefined) return [];
  return [{ source: fleetEventSource, "detail-type": event.type, detail: event.detail }];
}

function toWhich({ subject, from, to }: Omit<Options, "bus">, now: Date): WhichEvents {
  if (subject !== undefined && from === undefined && to === undefined) return { subject };
  if (subject === undefined && from !== undefined) {
    return { from: toTime("--from", from), to: toTime("--to", to ?? now.toISOString()) };
  }
  throw new MusterError("USAGE_INVALID", "Give either --subject, or --from and perhaps --to.");
}

/** As audit records have it, so that moments compare as text. */
function toTime(option: string, text: string): string {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new MusterError(
    "USAGE_INVALID",
    `${option} is no moment: "${text}". Give one such as 2026-05-01T12:00:00Z.`,
  );
}

function toText({ records, sent, failed }: SentEvents): string {
  const head = `${colors.green("✓")} Sent ${plural(sent, "event")} of ${plural(records, "audit record")}.`;
  if (failed.length === 0) return head;
  const rows = failed.map(({ subject, sequence, code }) => [subject, String(sequence), code]);
  return `${head}\n${plural(failed.length, "record")} could not be sent:\n${toTable(["Subject", "Record", "Code"], rows)}`;
}
