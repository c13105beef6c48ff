import type {
  ImportFile,
  ImportSummary,
  RefusedRecord,
} from "../../batches/import/import-certificates.ts";
import type { HealSummary } from "../../onboarding/heal/heal-one.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, plural, print, toFields, toTable } from "../output.ts";
import { createProgress } from "../progress.ts";
import { type InputFile, type Inputs, listInputs, readFile } from "../read-files.ts";
import { exitCodes } from "../report-error.ts";
import { timeLimits } from "../time-limits.ts";
import { addActCommand } from "./act.ts";

/** A terminal shows so many refused records; --json has them all. */
const maxShown = 50;

export function addLedgerCommands(cli: Cli): void {
  const { program, json, open } = cli;
  const ledger = program
    .command("ledger")
    .description("which certificates manufacturers said that they made");

  ledger
    .command("import")
    .description("take certificates into the ledger, and let in devices that waited for it")
    .argument("<path>", "a PEM or DER file, a list in base64 or hex, or a folder of such files")
    .requiredOption("--manufacturer <id>", "who made them")
    .requiredOption("--profile <name>", "what they are")
    .addHelpText(
      "after",
      `\nIn a folder of one certificate per file, the file's name without its ending is the device id.\n${examples(
        "muster ledger import batch-7.pem --manufacturer acme --profile sensor",
        "muster ledger import ./certificates --manufacturer acme --profile sensor --json",
      )}`,
    )
    .action(async (path: string, options: { manufacturer: string; profile: string }) => {
      const inputs = listInputs(path);
      checkAny(path, inputs);
      const useCases = await open();
      const { status } = await useCases.manufacturers.get(options.manufacturer);
      const progress = createProgress("Importing", estimate(inputs), !json);
      const summary = await useCases
        .importCertificates({
          ...options,
          files: readInputs(inputs.files),
          onProgress: progress.update,
        })
        .finally(progress.clear);
      const healed = await useCases.healCertificates({
        signal: AbortSignal.timeout(timeLimits.healMs),
        landed: summary.landed,
      });
      const data = { ...toData(summary, healed, inputs), manufacturerStatus: status };
      print(json, data, () => toText(summary, healed, inputs));
      if (!json && status === "suspended") console.log(toWarning(options.manufacturer));
      if (summary.landed.size === 0) process.exitCode = exitCodes.failed;
      else if (summary.refused.length > 0 || healed.failed.length > 0) {
        process.exitCode = exitCodes.partly;
      }
    });

  addActCommand(cli, ledger, {
    act: "revoke",
    done: "Revoked",
    description: "say that a certificate is not to be let in, or not any more",
    example: 'muster ledger revoke device.pem --reason "lost in transport"',
  });
}

/** @throws MusterError CERTIFICATE_UNREADABLE for a folder without files of certificates. */
function checkAny(path: string, { files, ignored }: Inputs): void {
  if (files.length > 0) return;
  const there = ignored.length > 0 ? ` Not read: ${ignored.join(", ")}.` : "";
  throw new MusterError(
    "CERTIFICATE_UNREADABLE",
    `${path} has no files of certificates: .pem, .crt, .cer or .der.${there}`,
    { details: { file: path, ignoredFiles: ignored } },
  );
}

function toWarning(manufacturer: string): string {
  return `${colors.yellow("!")} ${manufacturer} is suspended: its devices stay out until: muster manufacturer resume ${manufacturer}`;
}

function* readInputs(files: readonly InputFile[]): Generator<ImportFile> {
  for (const { source, path, deviceId } of files) {
    yield { source, bytes: readFile(path), ...(deviceId !== undefined && { deviceId }) };
  }
}

/** How many certificates there are, as far as that is cheap to know. */
function estimate({ files }: Inputs): number | undefined {
  const [first, ...more] = files;
  if (!first || more.length > 0) return files.length;
  return readFile(first.path).toString("latin1").split("-----BEGIN ").length - 1;
}

function toData({ landed, ...summary }: ImportSummary, healed: HealSummary, { ignored }: Inputs) {
  return { ...summary, landed: landed.size, ignoredFiles: ignored, healed };
}

function toText(summary: ImportSummary, healed: HealSummary, { files, ignored }: Inputs): string {
  const { batch, added, known, refused } = summary;
  const mark = toMark(summary);
  const lines = [
    `${mark} ${plural(files.length, "file")} read, batch ${batch}`,
    toFields({
      added: String(added),
      "known already": known > 0 ? String(known) : undefined,
      refused: refused.length > 0 ? String(refused.length) : undefined,
      "let in now": healed.admitted > 0 ? `${healed.admitted} that had waited` : undefined,
      "not settled":
        healed.failed.length > 0 ? `${healed.failed.length}; they come up again` : undefined,
      "not read":
        ignored.length > 0
          ? `${ignored.join(", ")} (only .pem, .crt, .cer and .der, and .txt with PEM in it)`
          : undefined,
    }),
  ];
  if (refused.length > 0) lines.push("", toRefusedTable(refused));
  return lines.join("\n");
}

function toMark({ landed, refused }: ImportSummary): string {
  if (landed.size === 0) return colors.red("✗");
  return refused.length === 0 ? colors.green("✓") : colors.yellow("!");
}

function toRefusedTable(refused: readonly RefusedRecord[]): string {
  const table = toTable(
    ["File", "Record", "Code", "Why"],
    refused
      .slice(0, maxShown)
      .map(({ source, record, code, message }) => [source, String(record), code, message]),
  );
  const more = refused.length - maxShown;
  return more > 0 ? `${table}\n… and ${plural(more, "more")}: --json lists all` : table;
}
