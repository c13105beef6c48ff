import { type Cli, examples } from "../cli.ts";

export function addDemoCommand({ program, json }: Cli): void {
  program
    .command("demo")
    .description("see first connects of real MQTT clients, end to end, in seconds")
    .addHelpText(
      "after",
      `\nRuns on free ports in a temporary folder and leaves nothing behind.\n${examples(
        "muster demo",
        "muster demo --json",
      )}`,
    )
    .action(async () => {
      const { runDemoCommand } = await import("../demo/run-demo-command.ts");
      await runDemoCommand(json);
    });
}
