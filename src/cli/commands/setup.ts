import { type Cli, examples } from "../cli.ts";
import type { SetupOptions } from "../setup/run-setup.ts";

export function addSetupCommand({ program, json, flags }: Cli): void {
  program
    .command("setup")
    .description("make what is needed first: a manufacturer, its CA, a profile, your token")
    .option("--manufacturer <id>", "who makes the devices")
    .option("--manufacturer-name <name>", "its name; default: its id")
    .option("--ca <file>", "the CA that signs their certificates, PEM or DER")
    .option(
      "--verification-certificate <file>",
      "proof of the CA's key, for DEFAULT mode (see: ca code)",
    )
    .option("--profile <file>", "how devices are admitted, YAML")
    .option("--url <url>", "of the API; default: that of the deployment")
    .option("--no-token", "make no operator's token, where an OpenID provider signs in")
    .option("--yes", "ask nothing")
    .addHelpText(
      "after",
      `
At a terminal it asks for what is missing. What is there already stays as it is, so that it may be
run again.
${examples(
  "muster setup",
  "muster setup --manufacturer acme --ca acme-ca.pem --profile docs/guide/sensor.yaml --yes",
  "muster setup --stage dev --region eu-west-1",
)}`,
    )
    .action(async ({ url, ...options }: SetupOptions & { readonly url?: string }) => {
      const { runSetup } = await import("../setup/run-setup.ts");
      await runSetup(options, { ...flags(), ...(url !== undefined && { url }) }, json);
    });
}
