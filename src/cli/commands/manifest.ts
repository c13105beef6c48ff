import { type Cli, examples } from "../cli.ts";
import { collect } from "../column-mapping.ts";
import type { InspectOptions } from "../manifest/inspect-file.ts";

export function addManifestCommands({ program, json }: Cli): void {
  const manifest = program
    .command("manifest")
    .description("files of device certificates, as vendors and factories send them");

  manifest
    .command("inspect")
    .description("show what Muster sees in a manifest; no account and no network is needed")
    .argument("<file>", "a manifest in any format that Muster reads")
    .option("--map <column=field>", "what a column holds: cert, id or chain", collect)
    .option("--data-object <oid>", "of an Infineon bundle: whose certificates; default: E0E0")
    .option("--signer <pem>", "a certificate that may sign the manifest", collect)
    .option("--root <pem>", "where chains in a signed manifest have to end", collect)
    .addHelpText(
      "after",
      `
Exit codes: 0 all of it can be pushed, 3 some records cannot, 1 none can, or the
file is refused. Who issued the certificates is not looked at: a push knows the
manufacturer's issuers. A signed manifest is read without --signer too; then its
signatures are not checked.
${examples(
  "muster manifest inspect reel-0042.csv",
  'muster manifest inspect delivery.csv --map "Zertifikat=cert" --map "Seriennummer=id"',
  "muster manifest inspect manifest.json --signer signer.pem --json",
)}`,
    )
    .action(async (path: string, options: InspectOptions) => {
      const { inspectFile } = await import("../manifest/inspect-file.ts");
      await inspectFile(path, { options, json });
    });
}
