import type { RefusedSample } from "../../formats/sample/refused-samples.ts";
import type { SampleDefect } from "../../formats/sample/sample-defects.ts";
import type { SampleFormat } from "../../formats/sample/sample-format.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toFields, toTable } from "../output.ts";
import {
  checkDefects,
  maxCount,
  parseCount,
  parseDefects,
  parseFormat,
  toCount,
} from "../sample/read-order.ts";
import { listDefects, toDefectList, toFormatList } from "../sample/sample-help.ts";
import { type SampleFiles, writeSample, writeText } from "../sample/write-sample.ts";
import { toCommand } from "../to-command.ts";

const maxKeys = 1000;

interface SampleOptions {
  readonly count?: number;
  readonly out?: string;
  readonly keys: number;
  readonly defect?: readonly SampleDefect[];
  readonly defects?: boolean;
  readonly force?: boolean;
}

export function addSampleCommand({ program, json }: Cli): void {
  program
    .command("sample")
    .description("make a manifest of devices that do not exist, to try things out with")
    .argument("<format>", "one of those below", parseFormat)
    .option(
      "--count <n>",
      "so many devices (default: 10, or as many as there can be)",
      parseCount(maxCount),
    )
    .option("--out <file>", "the manifest; its CAs and keys go beside it")
    .option(
      "--keys <n>",
      "make keys and certificates to connect with for the first n, in a folder beside it",
      parseCount(maxKeys),
      0,
    )
    .option(
      "--defect <names>",
      "what is to be wrong, separated by commas; expired:3 spoils three records",
      parseDefects,
    )
    .option("--defects", "list what can be wrong with the format, and make nothing")
    .option("--force", "write over files that are there")
    .addHelpText("after", `\n${toFormatList()}\n\n${toDefectList()}\n${toExamples()}`)
    .action(async (format: SampleFormat | RefusedSample, options: SampleOptions) => {
      if (options.defects) return printDefects(format, json);
      await makeSample(format, options, json);
    });
}

async function makeSample(
  format: SampleFormat | RefusedSample,
  options: SampleOptions,
  json: boolean,
): Promise<void> {
  const count = toCount(format, options.count);
  const { defect: defects = [], keys, force = false } = options;
  checkDefects(format, count, defects);
  const out = options.out ?? `sample-${format.name}${format.ending}`;
  if ("code" in format) {
    if (keys > 0) {
      throw new MusterError(
        "USAGE_INVALID",
        `${format.name} has no certificates to have keys for.`,
      );
    }
    const files = await writeText(out, format.write(count), { force });
    const data = { format: format.name, count, defects, refusedWith: format.code, ...files };
    return print(json, data, () => toText(format, plural(count, "record"), files));
  }
  const files = await writeSample(format, { count, keys, defects, out, force, show: !json });
  const { mapping, dataObject } = format;
  const told = { ...(mapping && { mapping }), ...(dataObject && { dataObject }) };
  const data = { format: format.name, count, defects, ...told, ...files };
  print(json, data, () => toText(format, plural(count, "record"), files));
}

function printDefects({ name }: Pick<SampleFormat, "name">, json: boolean): void {
  const defects = listDefects(name);
  print(json, { format: name, defects }, () =>
    defects.length === 0
      ? `${name} is refused as it is; nothing else can be wrong with it.`
      : toTable(
          ["Defect", "Spoils", "Muster says"],
          defects.map(({ name: defect, of, code }) => [defect, of, code ?? "reads on"]),
        ),
  );
}

function toExamples(): string {
  return examples(
    "muster sample csv --count 1000 --out batch.csv",
    "muster sample microchip --count 20 --defect bad-signature,forged-id:2",
    "muster sample pem --count 5 --keys 2 --out batch.pem",
    "muster sample espressif --defects",
  );
}

function toText(format: SampleFormat | RefusedSample, records: string, files: SampleFiles): string {
  const inspect = toCommand("manifest inspect", files.manifest, {
    mapping: "mapping" in format ? format.mapping : undefined,
    signer: files.signer,
    dataObject: "dataObject" in format ? format.dataObject : undefined,
  });
  return [
    `${colors.green("✓")} ${format.title}: ${records}`,
    toFields({
      manifest: files.manifest,
      CAs: files.cas,
      signer: files.signer,
      "to connect with": files.devices,
      "Muster says": "code" in format ? format.code : undefined,
    }),
    `\nTo see what Muster sees in it:\n  ${inspect}`,
  ].join("\n");
}
