import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toTable } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { timeLimits } from "../time-limits.ts";

export function addHealCommand({ program, json, open }: Cli): void {
  program
    .command("heal")
    .description("decide again what is out or was left half-way (the schedule does it too)")
    .addHelpText("after", examples("muster heal", "muster heal --json"))
    .action(async () => {
      const { healCertificates } = await open();
      const summary = await healCertificates({ signal: AbortSignal.timeout(timeLimits.healMs) });
      const { looked, admitted, changed, failed } = summary;
      print(json, summary, () => {
        const lines = [
          `${colors.green("✓")} Looked at ${plural(looked, "certificate")}: ${admitted} let in, ${changed - admitted} otherwise changed.`,
        ];
        if (failed.length > 0) {
          const rows = failed.map(({ certificateId, code }) => [certificateId, code]);
          lines.push(
            `${plural(failed.length, "certificate")} could not be settled now:`,
            toTable(["Certificate", "Code"], rows),
          );
        }
        return lines.join("\n");
      });
      if (failed.length > 0) process.exitCode = exitCodes.partly;
    });
}
