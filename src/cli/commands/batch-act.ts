import type { Command } from "commander";
import { MusterError } from "../../rules/errors.ts";
import type { Batch, BatchApi } from "../api/batch-api.ts";
import { checkReason } from "../check-reason.ts";
import { type Cli, examples } from "../cli.ts";
import { print } from "../output.ts";
import { toRunnable } from "../to-runnable.ts";

interface BatchAct {
  readonly name: "approve" | "recall" | "release";
  readonly description: string;
  readonly example: string;
  readonly needs: keyof typeof options;
  readonly carryOut: (api: BatchApi, id: string, words: Words) => Promise<Batch>;
}

interface Words {
  readonly reason?: string;
  readonly quantity?: string;
}

const options = {
  reason: ["--reason <text>", "why; it is in the audit record"],
  quantity: ["--quantity <count>", "how many certificates, as `batch show` says"],
} as const;

const acts: readonly BatchAct[] = [
  {
    name: "recall",
    description: "put a batch's devices out, and let none of it in",
    example: 'muster batch recall 0198c5… --reason "keys may have leaked"',
    needs: "reason",
    carryOut: (api, id, { reason = "" }) => api.recall(id, reason),
  },
  {
    name: "release",
    description: "for operators: take a recall back",
    example: 'muster batch release 0198c5… --reason "false alarm"',
    needs: "reason",
    carryOut: (api, id, { reason = "" }) => api.release(id, reason),
  },
  {
    name: "approve",
    description: "for operators: let a batch count that waits for approval",
    example: "muster batch approve 0198c5… --quantity 5000",
    needs: "quantity",
    carryOut: (api, id, { quantity = "" }) => api.approve(id, parseQuantity(quantity)),
  },
];

/** Adds the commands by which people say a word on a whole batch. */
export function addBatchActCommands(cli: Cli, batch: Command): void {
  for (const act of acts) addAct(cli, batch, act);
}

function addAct({ json, flags }: Cli, batch: Command, act: BatchAct): void {
  const [flag, meaning] = options[act.needs];
  batch
    .command(act.name)
    .description(act.description)
    .argument("<batch>", "id of the batch")
    .addHelpText("after", examples(act.example))
    .requiredOption(flag, meaning)
    .action(async (id: string, words: Words) => {
      if (words.reason !== undefined) checkReason(words.reason);
      const { openBatchApi } = await import("../batch/find-api.ts");
      const { toBatchText } = await import("../batch/batch-text.ts");
      const api = await openBatchApi({ ...flags(), ...batch.opts() });
      const changed = await act.carryOut(api, id, words);
      print(json, changed, () => [toBatchText(changed), ...toNext(changed)].join("\n"));
    });
}

function toNext({ id, status }: Batch): readonly string[] {
  if (status !== "ingesting") return [];
  return [`Follow it with: ${toRunnable(`muster batch show ${id} --follow`)}`];
}

/** @throws MusterError USAGE_INVALID */
function parseQuantity(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new MusterError("USAGE_INVALID", "--quantity is a whole number of certificates.");
}
