import type { Command } from "commander";
import type { Mapping, MappingApi } from "../api/mapping-api.ts";
import type { BatchFlags } from "../batch/find-api.ts";
import { type Cli, examples } from "../cli.ts";
import { collect, parseMapping } from "../column-mapping.ts";
import { interruptible } from "../interrupt.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { toRunnable } from "../to-runnable.ts";

interface MappingFlags extends BatchFlags {
  readonly manufacturer?: string;
}

export function addMappingCommands(cli: Cli): void {
  const mapping = cli.program
    .command("mapping")
    .description(
      "which column of a manufacturer's tables holds what, saved by name for later pushes",
    )
    .option("--url <url>", "of the API; default: as signed in, or that of the local cloud")
    .option("--token-file <file>", "a file with the token; default: MUSTER_TOKEN, or as signed in")
    .option("--token <token>", "the token; others on this machine can see it while this runs")
    .option("--manufacturer <id>", "for operators and auditors: whose mappings");
  addSave(cli, mapping);
  addReads(cli, mapping);
  addRemove(cli, mapping);
}

function addSave(cli: Cli, parent: Command): void {
  parent
    .command("save")
    .description("save a mapping, or change it; batches that were pushed keep theirs")
    .argument("<name>", "lower-case letters, digits and hyphens")
    .requiredOption("--map <column=field>", "what a column holds: cert, id or chain", collect)
    .addHelpText(
      "after",
      `\nTry it out first: muster manifest inspect <file> takes the same --map.\n${examples(
        'muster mapping save reel --map "Zertifikat=cert" --map "Seriennummer=id"',
        "muster batch push reel-0042.csv --profile sensor --mapping reel",
      )}`,
    )
    .action(async (name: string, { map }: { readonly map: readonly string[] }) => {
      const columns = parseMapping(map);
      await run(cli, parent, async (api) => {
        const { mapping, isNew } = await api.save(name, columns);
        print(cli.json, mapping, () =>
          [
            `${colors.green("✓")} Mapping ${name} is ${isNew ? "saved" : "changed"}.`,
            toFields(toRows(mapping)),
            toFields({ next: toRunnable(`muster batch push <file> --mapping ${name}`) }),
          ].join("\n"),
        );
      });
    });
}

function addReads(cli: Cli, parent: Command): void {
  parent
    .command("list")
    .description("list a manufacturer's mappings")
    .addHelpText("after", examples("muster mapping list"))
    .action(async () => {
      await run(cli, parent, async (api) => {
        const mappings = await api.list();
        print(cli.json, { mappings }, () =>
          mappings.length === 0
            ? `No mappings are saved. Save one with: ${toRunnable('muster mapping save <name> --map "<column>=cert"')}`
            : toTable(
                ["Name", "Certificate", "Id", "Chain", "Saved"],
                mappings.map(({ name, cert = "", id = "", chain = "", savedAt }) => [
                  name,
                  cert,
                  id,
                  chain,
                  savedAt.slice(0, 10),
                ]),
              ),
        );
      });
    });

  parent
    .command("show")
    .description("show a mapping")
    .argument("<name>", "its name")
    .addHelpText("after", examples("muster mapping show reel"))
    .action(async (name: string) => {
      await run(cli, parent, async (api) => {
        const mapping = await api.show(name);
        print(cli.json, mapping, () =>
          toFields({ ...toRows(mapping), saved: mapping.savedAt, by: mapping.savedBy }),
        );
      });
    });
}

function addRemove(cli: Cli, parent: Command): void {
  parent
    .command("remove")
    .description("remove a mapping; batches that were pushed with it keep it")
    .argument("<name>", "its name")
    .addHelpText("after", examples("muster mapping remove reel"))
    .action(async (name: string) => {
      await run(cli, parent, async (api) => {
        await api.remove(name);
        print(cli.json, { name }, () => `${colors.green("✓")} Mapping ${name} is gone.`);
      });
    });
}

async function run(
  { flags }: Cli,
  parent: Command,
  act: (api: MappingApi) => Promise<void>,
): Promise<void> {
  const { createApiClient } = await import("../api/api-client.ts");
  const { createMappingApi, findManufacturer } = await import("../api/mapping-api.ts");
  const { findApi } = await import("../batch/find-api.ts");
  const { manufacturer, ...given } = parent.opts<MappingFlags>();
  const call = createApiClient(await findApi({ ...flags(), ...given }));
  await interruptible(
    async (signal) => {
      const whose = manufacturer ?? (await findManufacturer(call, signal));
      await act(createMappingApi(call, whose, signal));
    },
    () => "Nothing more was asked.",
  );
}

function toRows({ cert, id, chain }: Mapping): Record<string, string | undefined> {
  return { certificate: cert, id, chain };
}
