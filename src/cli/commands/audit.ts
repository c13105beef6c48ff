import type { AuditVerdict } from "../../access/audit/verify-audit.ts";
import type { AuditRecord, JsonValue } from "../../rules/audit/audit-record.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toTable } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { parseSubject, subjectHelp, unknownSubject } from "../subject-argument.ts";

export function addAuditCommands({ program, json, open }: Cli): void {
  const audit = program
    .command("audit")
    .description("who let which device in, when, on what evidence");

  audit
    .command("show")
    .description("show the audit records of one subject, oldest first")
    .argument("<subject>", subjectHelp)
    .addHelpText(
      "after",
      examples("muster audit show device.pem", "muster audit show PROFILE#sensor"),
    )
    .action(async (text: string) => {
      const subject = parseSubject(text);
      const { readChain, verifyAudit } = await open();
      const { records } = await readChain(subject);
      const { broken } = await verifyAudit(subject);
      if (records.length === 0 && broken.length === 0) throw unknownSubject(subject);
      const breaks = broken.flatMap((chain) => chain.breaks);
      const whole = breaks.length === 0;
      print(json, { subject, whole, breaks, records }, () => toRecordsText(subject, records));
      if (whole) return;
      if (json) {
        process.exitCode = exitCodes.failed;
        return;
      }
      console.log(toBreaksTable(broken));
      throw new MusterError(
        "AUDIT_BROKEN",
        `The audit records of ${subject} were altered, removed or cut off: ${plural(breaks.length, "break")}.`,
        { details: { subject } },
      );
    });

  audit
    .command("verify")
    .description("check that no record was altered, removed or cut off")
    .argument("[subject]", `${subjectHelp}; default: all`)
    .addHelpText("after", examples("muster audit verify", "muster audit verify CERT#5f3c…e1"))
    .action(async (text: string | undefined) => {
      const subject = text === undefined ? undefined : parseSubject(text);
      const verdict = await (await open()).verifyAudit(subject);
      if (subject !== undefined && verdict.records === 0 && verdict.broken.length === 0) {
        throw unknownSubject(subject);
      }
      const whole = verdict.broken.length === 0;
      print(json, { whole, ...verdict }, () => toVerdictText(verdict));
      if (!whole) process.exitCode = exitCodes.failed;
    });
}

function toRecordsText(subject: string, records: readonly AuditRecord[]): string {
  const blocks = records.map(({ sequence, at, action, actor, evidence }) =>
    [
      `${String(sequence).padStart(3)}  ${at}  ${colors.bold(action)} by ${actor}`,
      ...toEvidenceLines(evidence).map((line) => `     ${line}`),
    ].join("\n"),
  );
  return [colors.bold(subject), ...blocks].join("\n");
}

/** One fact per line, by name; what a field holds in depth is left to --json. */
function toEvidenceLines(evidence: AuditRecord["evidence"]): readonly string[] {
  return Object.entries(evidence)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, value]) =>
        `${colors.dim(name)} ${name === "findings" ? toCodes(value) : toText(value)}`,
    );
}

function toCodes(findings: JsonValue | undefined): string {
  if (!Array.isArray(findings)) return toText(findings);
  return (findings as readonly { readonly code: string }[]).map(({ code }) => code).join(", ");
}

function toText(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toVerdictText({ chains, records, broken }: AuditVerdict): string {
  const checked = `${plural(chains, "chain")} with ${plural(records, "record")}`;
  if (broken.length === 0) return `${colors.green("✓")} Whole: ${checked}.`;
  const head = `${colors.red("✗")} ${plural(broken.length, "chain")} broken, of ${checked}:`;
  return `${head}\n${toBreaksTable(broken)}`;
}

function toBreaksTable(broken: AuditVerdict["broken"]): string {
  const rows = broken.flatMap(({ subject, breaks }) =>
    breaks.map(({ code, sequence, detail }) => [subject, String(sequence), code, detail]),
  );
  return toTable(["Subject", "Record", "Code", "What"], rows);
}
