import type { Command } from "commander";
import type { PushOptions } from "../batch/push-batch.ts";
import { type Cli, examples } from "../cli.ts";
import { collect } from "../column-mapping.ts";
import { addBatchActCommands } from "./batch-act.ts";
import { addBatchErrorsCommand } from "./batch-errors.ts";
import { addBatchShowCommands } from "./batch-show.ts";

export function addBatchCommands(cli: Cli): void {
  const batch = cli.program
    .command("batch")
    .description(
      "push manifests of device certificates through the API, and see what comes of them",
    )
    .option("--url <url>", "of the API; default: as signed in, or that of the local cloud")
    .option("--token-file <file>", "a file with the token; default: MUSTER_TOKEN, or as signed in")
    .option("--token <token>", "the token; others on this machine can see it while this runs");
  addPush(cli, batch);
  addBatchShowCommands(cli, batch);
  addBatchErrorsCommand(cli, batch);
  addBatchActCommands(cli, batch);
}

function addPush({ json, flags }: Cli, batch: Command): void {
  batch
    .command("push")
    .description("push a manifest, and wait for what comes of it")
    .argument("<file>", "a manifest in any format that Muster reads")
    .option("--profile <name>", "what the devices are; default: as given to muster login")
    .option("--manufacturer <id>", "for operators: whose batch it is")
    .option("--dry-run", "check everything and write nothing")
    .option("--map <column=field>", "what a column holds: cert, id or chain", collect)
    .option("--mapping <name>", "a mapping that the manufacturer has saved, in place of --map")
    .option("--data-object <oid>", "of an Infineon bundle: whose certificates; default: E0E0")
    .option("--no-wait", "do not wait until it is done")
    .option("--idempotency-key <key>", "pushed again with the same key it is the same batch")
    .addHelpText(
      "after",
      `
Exit codes: 0 all rows landed (or would, of a dry run), 3 some rows were refused, 1 none landed or
the batch failed, 4 it waits for the operator's approval, 5 it stalled, which the operator can mend.
Ctrl-C leaves a batch that was sent alone.
${examples(
  "muster batch push reel-0042.csv --profile sensor --dry-run",
  "muster batch push reel-0042.csv --profile sensor",
  'muster batch push delivery.csv --profile sensor --map "Zertifikat=cert" --map "Seriennummer=id"',
  "muster batch push reel-0042.csv --profile sensor --json | jq .counts",
)}`,
    )
    .action(async (path: string, options: PushOptions) => {
      const { runPush } = await import("../batch/run-push.ts");
      await runPush({ path, options, flags: { ...flags(), ...batch.opts() }, json });
    });
}
