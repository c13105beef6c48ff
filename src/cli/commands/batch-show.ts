import { type Command, InvalidArgumentError } from "commander";
import type { Batch, BatchYield } from "../api/batch-api.ts";
import { type Cli, examples } from "../cli.ts";
import { interruptible } from "../interrupt.ts";
import { colors, print, toFields } from "../output.ts";
import { toRunnable } from "../to-runnable.ts";

interface ListOptions {
  readonly manufacturer?: string;
  readonly limit: number;
}

const batchHelp = "id of the batch";
const maxLimit = 1_000;
const pageSize = 100;

/** Adds the commands that tell of batches. */
export function addBatchShowCommands(cli: Cli, batch: Command): void {
  addList(cli, batch);
  addShow(cli, batch);
  addYield(cli, batch);
}

function addList({ json, flags }: Cli, batch: Command): void {
  batch
    .command("list")
    .description("list batches, the newest first")
    .option("--manufacturer <id>", "for operators and auditors: only this one's")
    .option("--limit <n>", "at most so many", parseLimit, 25)
    .addHelpText("after", examples("muster batch list", "muster batch list --limit 100 --json"))
    .action(async ({ manufacturer, limit }: ListOptions) => {
      const { openBatchApi } = await import("../batch/find-api.ts");
      const { toListTable } = await import("../batch/batch-text.ts");
      const api = await openBatchApi({ ...flags(), ...batch.opts() });
      const batches: Batch[] = [];
      let cursor: string | undefined;
      do {
        const wanted = Math.min(pageSize, limit - batches.length);
        const page = await api.list({ limit: wanted, cursor, manufacturer });
        batches.push(...page.batches);
        cursor = page.cursor;
      } while (cursor !== undefined && batches.length < limit);
      print(json, { batches, more: cursor !== undefined }, () => {
        if (batches.length === 0) {
          return `There are no batches yet. Push one with: ${toRunnable("muster batch push <file> --profile <name>")}`;
        }
        const table = toListTable(batches);
        return cursor === undefined ? table : `${table}\nThere are more; see them with --limit.`;
      });
    });
}

function addShow({ json, flags }: Cli, batch: Command): void {
  batch
    .command("show")
    .description("show where a batch stands; with --follow until it is done")
    .argument("<batch>", batchHelp)
    .option("--follow", "wait until it is done; exit codes as of: batch push")
    .addHelpText(
      "after",
      examples("muster batch show 0198c5…", "muster batch show 0198c5… --follow"),
    )
    .action(async (id: string, { follow = false }: { follow?: boolean }) => {
      const { openBatchApi } = await import("../batch/find-api.ts");
      const { toBatchText, toExitCode } = await import("../batch/batch-text.ts");
      const { followBatch } = await import("../batch/follow-batch.ts");
      const shown = await interruptible(
        async (signal) => {
          const api = await openBatchApi({ ...flags(), ...batch.opts() }, signal);
          return follow ? followBatch(api, id, { show: !json, signal }) : api.show(id);
        },
        () => `Batch ${id} goes on.`,
      );
      if (shown === undefined) return;
      print(json, shown, () => toBatchText(shown));
      const code = follow ? toExitCode(shown) : 0;
      if (code !== 0) process.exitCode = code;
    });
}

function addYield({ json, flags }: Cli, batch: Command): void {
  batch
    .command("yield")
    .description("count what became of a batch's devices")
    .argument("<batch>", batchHelp)
    .addHelpText("after", examples("muster batch yield 0198c5…"))
    .action(async (id: string) => {
      const { openBatchApi } = await import("../batch/find-api.ts");
      const api = await openBatchApi({ ...flags(), ...batch.opts() });
      const found = await api.readYield(id);
      print(json, found, () => toYieldText(found));
    });
}

function toYieldText(found: BatchYield): string {
  const { batch, shipped, looked, isPartial } = found;
  const width = looked.toLocaleString("en").length;
  const share = (count: number) => {
    const text = count.toLocaleString("en").padStart(width);
    return looked === 0 ? text : `${text}  ${((100 * count) / looked).toFixed(1)} %`;
  };
  return [
    `Batch ${colors.bold(batch)}`,
    toFields({
      shipped: shipped.toLocaleString("en"),
      "looked at": isPartial ? `${looked.toLocaleString("en")}, a fair sample of all` : undefined,
      "let in": share(found.admitted),
      "never seen": share(found.neverSeen),
      refused: share(found.refused),
    }),
    ...(shipped === 0
      ? ["It added no device. Those known already count with the batch that brought them."]
      : []),
  ].join("\n");
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= maxLimit) return limit;
  throw new InvalidArgumentError(`Use a number from 1 to ${maxLimit}.`);
}
