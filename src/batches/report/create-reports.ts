import { MusterError } from "../../rules/errors.ts";
import type { BatchDeps } from "../batch-deps.ts";
import type { BatchUseCases, RowReport } from "../batch-use-cases.ts";
import type { ObjectStore } from "../object-store.ts";
import { findBatch } from "../view/find-batch.ts";
import {
  isReportFinal,
  listReportedParts,
  type ReportedPart,
  toPlaceOfReport,
  writeReport,
} from "./write-report.ts";

const downloadMs = 5 * 60_000;

const contentTypes = { ndjson: "application/x-ndjson", csv: "text/csv; charset=utf-8" };

/** Builds the ways to get at what was wrong with rows. */
export function createReports(deps: BatchDeps): Pick<BatchUseCases, "listErrors" | "createReport"> {
  return {
    listErrors: async (viewer, id, { limit, cursor }) => {
      const batch = await findBatch(deps, viewer, id);
      const places = listReportedParts(batch, await deps.readParts(id));
      const at = cursor === undefined ? undefined : parseCursor(cursor);
      const rows: RowReport[] = [];
      for (const { part, phase, key } of places.filter((place) => place.part >= (at?.part ?? 0))) {
        // Landing writes the rows of a part anew: then they are shown again rather than missed.
        const offset = at?.part === part && at.phase === phase ? at.offset : 0;
        const page = await readRows(deps.objects, key, offset, limit - rows.length);
        rows.push(...page.rows);
        if (rows.length === limit) {
          return { rows, cursor: toCursor({ part, phase, offset: page.end }) };
        }
      }
      return { rows };
    },
    createReport: async (viewer, id, format) => {
      const batch = await findBatch(deps, viewer, id);
      const key = toPlaceOfReport(batch, format);
      const isThere = isReportFinal(batch) && (await deps.objects.describe(key)) !== undefined;
      if (!isThere) await writeReport(deps, batch, await deps.readParts(id), format);
      const expiresAt = new Date(deps.now().getTime() + downloadMs);
      const fileName = `${id}-report.${format}`;
      const contentType = contentTypes[format];
      return deps.objects.createDownload({ key, fileName, contentType, expiresAt });
    },
  };
}

interface Place extends Pick<ReportedPart, "part" | "phase"> {
  /** Bytes into its rows. */
  readonly offset: number;
}

function toCursor({ part, phase, offset }: Place): string {
  return Buffer.from(`${part}.${offset}.${phase}`).toString("base64url");
}

function parseCursor(cursor: string): Place {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const [, part, offset, phase] = /^(\d{1,9})\.(\d{1,12})\.(check|land)$/.exec(text) ?? [];
  if (part !== undefined && offset !== undefined && (phase === "check" || phase === "land")) {
    return { part: Number(part), phase, offset: Number(offset) };
  }
  throw cursorInvalid();
}

function cursorInvalid(cause?: unknown): MusterError {
  return new MusterError("REQUEST_INVALID", "The cursor is none that was given out.", {
    details: { field: "cursor" },
    cause,
  });
}

const lineFeed = 0x0a;

/** Reads some lines from a place on, and no more of the object than they take. */
async function readRows(
  objects: ObjectStore,
  key: string,
  offset: number,
  limit: number,
): Promise<{ readonly rows: readonly RowReport[]; readonly end: number }> {
  const rows: RowReport[] = [];
  const description = await objects.describe(key);
  const length = (description?.bytes ?? 0) - offset;
  if (length <= 0) return { rows, end: offset };
  let end = offset;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of await objects.read(key, { offset, length })) {
    rest = Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(lineFeed); at >= 0; at = rest.indexOf(lineFeed)) {
      if (rows.length === limit) return { rows, end };
      const isFromCursor = rows.length === 0 && offset > 0;
      rows.push(parseRow(rest.toString("utf8", 0, at), isFromCursor));
      end += at + 1;
      rest = rest.subarray(at + 1);
    }
  }
  return { rows, end };
}

/** Where a cursor leads into the middle of a row, nobody was given it. */
function parseRow(line: string, isFromCursor: boolean): RowReport {
  try {
    return JSON.parse(line) as RowReport;
  } catch (error) {
    throw isFromCursor ? cursorInvalid(error) : error;
  }
}
