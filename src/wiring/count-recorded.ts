import { type ReasonCode, reasons } from "../rules/decision/reason-codes.ts";
import { type MetricName, metricTable } from "./metric-table.ts";
import type { Recorded } from "./recorded.ts";

/** Sends one value of a metric. @param by of its dimension beside the stage, where it has one. */
export type Send = (name: MetricName, value: number, by?: string) => void;

const batchOutcomes: readonly string[] = metricTable.Batches.by.values;
const decisions: readonly string[] = metricTable.Decisions.by.values;

/** Counts what an audit record says: the one place that every decision comes by. */
export function countRecorded(send: Send, { subject, audit }: Recorded): void {
  const { action, evidence } = audit;
  if (subject.startsWith("BATCH#")) {
    if (batchOutcomes.includes(action)) send("Batches", 1, action);
    if (action === "completed" && evidence["dryRun"] !== true) countRows(send, evidence["counts"]);
    return;
  }
  if (!subject.startsWith("CERT#") || !decisions.includes(action)) return;
  send("Decisions", 1, action);
  for (const code of toCodes(evidence["findings"]).codes ?? []) send("Findings", 1, code);
}

function countRows(send: Send, counts: unknown): void {
  const rows = (counts ?? {}) as Readonly<Record<string, unknown>>;
  for (const result of metricTable.IngestRows.by.values) {
    const value = rows[result];
    if (typeof value === "number" && value > 0) send("IngestRows", value, result);
  }
}

/** The codes of findings, without their sentences, which quote certificates; each once. */
export function toCodes(findings: unknown): { readonly codes?: readonly ReasonCode[] } {
  if (!Array.isArray(findings) || findings.length === 0) return {};
  const codes = findings
    .map((finding: { readonly code?: unknown } | null) => finding?.code)
    .filter((code): code is ReasonCode => typeof code === "string" && Object.hasOwn(reasons, code));
  return { codes: [...new Set(codes)] };
}
