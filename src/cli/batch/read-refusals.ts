import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { rowListSchema } from "../../api/schemas/batch.ts";
import type { Batch, BatchApi, RowList } from "../api/batch-api.ts";
import { openReport } from "./open-report.ts";

/** Rows that were refused for the same reason. */
export interface Refusal {
  readonly code: string;
  readonly rows: number;
  readonly firstRecord: number;
  /** What is said of the first of them. */
  readonly message: string;
}

export interface Refusals {
  /** The first rows that were refused. */
  readonly firstRefused: RowList["rows"];
  /** By code, the most frequent first. */
  readonly refusals: readonly Refusal[];
  /** What rows were warned of, likewise; where none was refused, of the first thousand. */
  readonly warned: readonly Refusal[];
}

export const noRefusals: Refusals = { firstRefused: [], refusals: [], warned: [] };

type Row = RowList["rows"][number];

const maxFirst = 10;
const pageRows = 1_000;
/** What is counted of a report: some hundred thousand rows, in seconds. */
const maxReportCharacters = 64 * 1024 * 1024;

/**
 * Reads why rows of a batch were refused. Of very many the first are counted.
 *
 * @throws MusterError as the API says
 */
export async function readRefusals(
  api: Pick<BatchApi, "listErrors" | "findReport">,
  { id, counts }: Pick<Batch, "id" | "counts">,
  signal: AbortSignal,
): Promise<Refusals> {
  if (counts.refused === 0 && counts.warnings === 0) return noRefusals;
  const page = await api.listErrors(id, { limit: pageRows });
  if (page.cursor === undefined || counts.refused === 0) return count(page.rows);
  const stream = await openReport(api, id, { format: "ndjson", signal });
  return count(readRows(stream));
}

async function count(rows: Iterable<Row> | AsyncIterable<Row>): Promise<Refusals> {
  const firstRefused: Row[] = [];
  const byCode = { refused: new Map<string, Refusal>(), warning: new Map<string, Refusal>() };
  for await (const row of rows) {
    const { code, record, message, severity } = row;
    if (severity === "refused" && firstRefused.length < maxFirst) firstRefused.push(row);
    const codes = byCode[severity];
    const known = codes.get(code) ?? { code, rows: 0, firstRecord: record, message };
    codes.set(code, { ...known, rows: known.rows + 1 });
  }
  return { firstRefused, refusals: sort(byCode.refused), warned: sort(byCode.warning) };
}

const sort = (codes: ReadonlyMap<string, Refusal>) =>
  [...codes.values()].sort((one, other) => other.rows - one.rows);

const rowSchema = rowListSchema.shape.rows.element;

async function* readRows(stream: ReadableStream<Uint8Array>): AsyncGenerator<Row> {
  const input = Readable.fromWeb(stream);
  let characters = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      characters += line.length;
      if (characters > maxReportCharacters) return;
      if (line !== "") yield rowSchema.parse(JSON.parse(line));
    }
  } finally {
    input.destroy();
  }
}
