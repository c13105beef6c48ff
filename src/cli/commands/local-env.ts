import type { Command } from "commander";
import { type Cli, examples } from "../cli.ts";
import { print } from "../output.ts";

export function addLocalEnvCommand({ json, flags }: Cli, local: Command): void {
  local
    .command("env")
    .description("print the environment in which AWS's own tools use the local cloud")
    .addHelpText(
      "after",
      `
The aws command and AWS SDKs of that shell then go to the local cloud, with credentials that
are none: what is meant for a service that is not here fails on AWS.
${examples('eval "$(npm run -s muster -- local env)"', "aws iot list-certificates")}`,
    )
    .action(async () => {
      const { readLocalSettings } = await import("../../wiring/local-settings.ts");
      const { readEndpoints } = await import("../../local/endpoints.ts");
      const { awsOverrides, toAwsEnvironment } = await import("../../local/aws-environment.ts");
      const environment = toAwsEnvironment(
        await readEndpoints(readLocalSettings(flags()).stateFolder),
      );
      print(json, environment, () =>
        [
          ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
          `unset ${awsOverrides.join(" ")}`,
        ].join("\n"),
      );
    });
}
