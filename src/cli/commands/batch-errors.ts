import { type Command, InvalidArgumentError, Option } from "commander";
import { MusterError } from "../../rules/errors.ts";
import type { BatchApi, RowList } from "../api/batch-api.ts";
import { type Cli, examples } from "../cli.ts";
import { interruptible } from "../interrupt.ts";
import { colors, print } from "../output.ts";
import { toSize } from "../size-text.ts";
import { toRunnable } from "../to-runnable.ts";

interface ErrorsOptions {
  readonly csv?: boolean;
  readonly ndjson?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly limit: number;
}

const maxLimit = 10_000;
const pageSize = 1_000;

/** Adds the command that tells which rows were refused or warned about. */
export function addBatchErrorsCommand({ json, flags }: Cli, batch: Command): void {
  batch
    .command("errors")
    .description("list the rows of a batch that were refused or warned about")
    .argument("<batch>", "id of the batch")
    .option("--limit <n>", "at most so many", parseLimit, 50)
    .addOption(new Option("--csv", "the whole report, as CSV").conflicts("ndjson"))
    .option("--ndjson", "the whole report, a JSON object a line")
    .option("-o, --out <file>", "write the report there, not to standard output")
    .option("--force", "write over a file that is there")
    .addHelpText(
      "after",
      examples(
        "muster batch errors 0198c5…",
        "muster batch errors 0198c5… --csv -o errors.csv",
        "muster batch errors 0198c5… --ndjson | jq -r .code | sort | uniq -c",
      ),
    )
    .action(async (id: string, options: ErrorsOptions) => {
      const format = toFormat(options);
      if (format !== undefined && json && options.out === undefined) {
        throw new MusterError("USAGE_INVALID", "A report and --json want both to be printed.");
      }
      const { openBatchApi } = await import("../batch/find-api.ts");
      await interruptible(
        async (signal) => {
          const api = await openBatchApi({ ...flags(), ...batch.opts() }, signal);
          if (format === undefined) return list(api, id, options.limit, json);
          const { downloadReport } = await import("../batch/download-report.ts");
          const { out, force = false } = options;
          const bytes = await downloadReport(api, { batch: id, format, out, force, signal });
          if (out === undefined) return;
          print(json, { batch: id, format, file: out, bytes }, () => {
            return `${colors.green("✓")} ${out}: ${toSize(bytes)}`;
          });
        },
        () => "The report was not read to its end.",
      );
    });
}

/** @throws MusterError USAGE_INVALID */
function toFormat({ csv, ndjson, out, force }: ErrorsOptions): "csv" | "ndjson" | undefined {
  if (csv) return "csv";
  if (ndjson) return "ndjson";
  if (out === undefined && force === undefined) return undefined;
  throw new MusterError("USAGE_INVALID", "--out and --force go with --csv or --ndjson.");
}

async function list(api: BatchApi, id: string, limit: number, json: boolean): Promise<void> {
  const { toRowsTable } = await import("../batch/rows-table.ts");
  const rows: RowList["rows"] = [];
  let cursor: string | undefined;
  do {
    const wanted = Math.min(pageSize, limit - rows.length);
    const page = await api.listErrors(id, { limit: wanted, cursor });
    rows.push(...page.rows);
    cursor = page.cursor;
  } while (cursor !== undefined && rows.length < limit);
  print(json, { rows, more: cursor !== undefined }, () => {
    if (rows.length === 0) return "No row was refused or warned about.";
    const table = toRowsTable(rows);
    if (cursor === undefined) return table;
    return `${table}\nThere may be more. All of them: ${toRunnable(`muster batch errors ${id} --csv -o errors.csv`)}`;
  });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= maxLimit) return limit;
  throw new InvalidArgumentError(`Use a number from 1 to ${maxLimit}.`);
}
