import type { Command } from "commander";
import { type Cli, examples } from "../cli.ts";
import { toStatusText } from "../local/status-text.ts";
import { print } from "../output.ts";

export function addLocalStatusCommand({ json, flags }: Cli, local: Command): void {
  local
    .command("status")
    .description("show how the local cloud stands, and what is missing")
    .addHelpText(
      "after",
      `
Exit code 1 when it does not run. The fields of --json: docs/guide/local-cloud.md
${examples("muster local status", "muster local status --json | jq .hints")}`,
    )
    .action(async () => {
      const { readLocalSettings } = await import("../../wiring/local-settings.ts");
      const { readLocalStatus } = await import("../../local/status/read-local-status.ts");
      const status = await readLocalStatus(readLocalSettings(flags()).stateFolder);
      print(json, status, () => toStatusText(status, process.stdout.columns));
    });
}
