import type { Command } from "commander";
import {
  awsOverrides,
  noLocalEnvironment,
  toLocalEnvironment,
} from "../../local/local-environment.ts";
import { type Cli, examples } from "../cli.ts";
import { print } from "../output.ts";

export function addLocalEnvCommand({ json, flags }: Cli, local: Command): void {
  local
    .command("env")
    .description(
      "print the environment in which tools of AWS and of the HTTP API use the local cloud",
    )
    .addHelpText(
      "after",
      `
The aws command and AWS SDKs of that shell then go to the local cloud, with credentials that
are none; what is meant for a service that is not here is refused on this machine.
MUSTER_URL is the HTTP API's. When this command fails, it prints an environment that leads to nothing, so that no command goes to AWS.
${examples('eval "$(npm run -s muster -- local env)"', "aws iot list-certificates")}`,
    )
    .exitOverride((error) => {
      if (error.exitCode !== 0) printRefusal(json);
      throw error;
    })
    .action(async () => {
      try {
        const environment = await readEnvironment(flags());
        print(json, environment, () => toShell(environment).join("\n"));
      } catch (error) {
        printRefusal(json);
        throw error;
      }
    });
}

async function readEnvironment(flags: { readonly state?: string }) {
  const { readLocalSettings } = await import("../../wiring/local-settings.ts");
  const { readEndpoints } = await import("../../local/endpoints.ts");
  return toLocalEnvironment(await readEndpoints(readLocalSettings(flags).stateFolder));
}

/**
 * `eval "$(…)"` does not see the exit code of what it runs, and the next command of that shell would
 * go to the user's own account. The last line is what the whole comes to.
 */
function printRefusal(json: boolean): void {
  if (!json) console.log([...toShell(noLocalEnvironment), "false"].join("\n"));
}

function toShell(environment: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
    `unset ${awsOverrides.join(" ")}`,
  ];
}
