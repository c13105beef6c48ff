import { type Command, InvalidArgumentError, Option } from "commander";
import type { LocalPorts } from "../../local/check-ports.ts";
import type { LocalAccount } from "../../local/local-account.ts";
import type { LoggedConnection } from "../../local/logged-connection.ts";
import type { StandInBehaviour } from "../../local/start-stand-in.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples, parsePort } from "../cli.ts";
import { createAttemptPrinter } from "../local/attempt-printer.ts";
import { toBanner } from "../local/banner.ts";
import { checkPorts } from "../local/check-ports.ts";
import { findNearest } from "../nearest.ts";
import { colors, print } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { addLocalEnvCommand } from "./local-env.ts";
import { addLocalLogCommand } from "./local-log.ts";
import { addLocalStatusCommand } from "./local-status.ts";

interface LocalOptions {
  readonly mqttPort?: number;
  readonly iotPort?: number;
  readonly dynamodbPort?: number;
  readonly apiPort?: number;
  readonly awsRegion?: string;
  readonly awsAccount?: string;
  readonly quotaScale?: number;
  readonly propagationDelay?: number;
  readonly maxTls?: "1.2" | "1.3";
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

const maxQuotaScale = 1_000;
const maxDelaySeconds = 3_600;
/** Whoever waits at the terminal comes first. */
const preloadAfterMs = 2_000;

export function addLocalCommands(cli: Cli): void {
  const local = cli.program
    .command("local")
    .description("run everything on this machine, until Ctrl-C")
    .hook("preSubcommand", handOptionsOn)
    .configureHelp({
      showGlobalOptions: true,
      visibleGlobalOptions: () => [...cli.program.options],
    });
  addStart(cli, local);
  addLocalStatusCommand(cli, local);
  addLocalLogCommand(cli, local);
  addLocalEnvCommand(cli, local);
  addReset(cli, local);
}

function addStart(cli: Cli, local: Command): void {
  local
    .option("--mqtt-port <port>", "for devices; default: 8883", parsePort)
    .option("--iot-port <port>", "for the IoT API; default: 8884", parsePort)
    .option("--dynamodb-port <port>", "for the database; default: 8885", parsePort)
    .option("--api-port <port>", "for the HTTP API; default: 8886", parsePort)
    .option("--aws-region <region>", "in all ARNs; kept with the state; default: local-1")
    .option("--aws-account <id>", "in all ARNs; kept with the state; default: 000000000000")
    .option("--quota-scale <n>", "times AWS's default quotas; default: 1; 0: none", parseScale)
    .option(
      "--propagation-delay <seconds>",
      "until changes reach connections; default: 0",
      parseDelay,
    )
    .addOption(
      new Option("--max-tls <version>", "highest TLS version; default: 1.3").choices([
        "1.2",
        "1.3",
      ]),
    )
    .option("--verbose", "print all that came with each connection")
    .addOption(new Option("--quiet", "print no connections; the log has them").conflicts("verbose"))
    .addHelpText(
      "after",
      `\nState lies in the folder given with --state and survives any end.\n${examples(
        "muster local",
        "muster local --verbose --max-tls 1.2",
        "muster local --state /tmp/muster --mqtt-port 18883",
        "muster local --aws-region us-east-1 --aws-account 123456789012",
      )}`,
    )
    .allowExcessArguments()
    .action((options: LocalOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) refuseWord(local, word);
      return runLocal(cli, options);
    });
}

/** commander gives what comes after the name of a subcommand to this command, where it has it, too. */
function handOptionsOn(local: Command, subcommand: Command): void {
  for (const option of local.options) {
    const name = option.attributeName();
    if (local.getOptionValueSource(name) !== "cli") continue;
    if (!subcommand.options.some((own) => own.attributeName() === name)) {
      local.error(`error: muster local ${subcommand.name()} has no option '${option.long}'`);
    }
    subcommand.setOptionValueWithSource(name, local.getOptionValue(name), "cli");
  }
}

/** commander tells of too many arguments where a command has both subcommands and an action. */
function refuseWord(local: Command, word: string): never {
  const nearest = findNearest(
    word,
    local.commands.map((command) => command.name()),
  );
  const meant = nearest === undefined ? "" : `\n(Did you mean ${nearest}?)`;
  return local.error(`error: unknown command '${word}'${meant}`);
}

async function runLocal({ json, flags }: Cli, options: LocalOptions): Promise<void> {
  const { keepCompiled } = await import("../../local/compile-cache.ts");
  keepCompiled();
  const { startLocal } = await import("../../wiring/local.ts");
  const { readLocalSettings } = await import("../../wiring/local-settings.ts");
  const { toLoggedConnection } = await import("../../local/logged-connection.ts");
  const settings = readLocalSettings({
    ...flags(),
    ports: toPorts(options),
    account: toAccount(options),
  });
  checkPorts(settings.ports);
  const behaviour = toBehaviour(options);
  const { verbose = false, quiet = false } = options;
  const ended = Promise.withResolvers<string | undefined>();
  onSignals(() => ended.resolve(undefined));
  outliveReader();
  const printer = createAttemptPrinter({
    write: (text) => process.stdout.write(text),
    columns: () => process.stdout.columns,
    verbose,
  });
  const isShown = !json && !quiet;
  // Devices that come back at once stand below what says where they come to.
  let early: LoggedConnection[] | undefined = [];
  const cloud = await startLocal({
    ...settings,
    behaviour,
    onConnection: (report) => {
      if (!isShown) return;
      const entry = toLoggedConnection(report);
      if (early === undefined) printer.show(entry);
      else early.push(entry);
    },
    onFailure: ended.resolve,
  });
  const { stateFolder } = settings;
  print(json, cloud.endpoints, () => toBanner({ cloud, stateFolder, behaviour, quiet }));
  for (const entry of early) printer.show(entry);
  early = undefined;
  // Whoever calls the API first does not wait for it then. What fails is told to callers.
  const preload = setTimeout(() => void cloud.preload().catch(() => {}), preloadAfterMs);
  const failure = await ended.promise;
  clearTimeout(preload);
  await cloud.close();
  printer.close();
  if (failure !== undefined) throw new MusterError("LOCAL_CLOUD_FAILED", failure);
  if (!json) console.log("\nStopped. State is kept; start again with: npm start");
}

/** Other commands end with who reads them. Devices need this one whether or not somebody reads. */
function outliveReader(): void {
  process.stdout.removeAllListeners("error");
  process.stdout.on("error", () => {});
}

function addReset({ json, flags }: Cli, local: Command): void {
  local
    .command("reset")
    .description("forget everything that the local cloud knows")
    .addHelpText("after", examples("muster local reset"))
    .action(async () => {
      const { readLocalSettings } = await import("../../wiring/local-settings.ts");
      const { resetState } = await import("../../local/reset-state.ts");
      const { stateFolder } = readLocalSettings(flags());
      const removed = await resetState(stateFolder);
      print(json, { stateFolder, removed }, () =>
        removed.length === 0
          ? `There was nothing in ${stateFolder}.`
          : `${colors.green("✓")} Removed from ${stateFolder}: ${removed.join(", ")}.`,
      );
    });
}

function toPorts(options: LocalOptions): Partial<LocalPorts> {
  const { mqttPort, iotPort, dynamodbPort, apiPort } = options;
  return {
    ...(mqttPort !== undefined && { mqtt: mqttPort }),
    ...(iotPort !== undefined && { iot: iotPort }),
    ...(dynamodbPort !== undefined && { dynamodb: dynamodbPort }),
    ...(apiPort !== undefined && { api: apiPort }),
  };
}

function toAccount({ awsRegion, awsAccount }: LocalOptions): Partial<LocalAccount> {
  return {
    ...(awsRegion !== undefined && { region: awsRegion }),
    ...(awsAccount !== undefined && { accountId: awsAccount }),
  };
}

function toBehaviour({ quotaScale = 1, propagationDelay, maxTls }: LocalOptions): StandInBehaviour {
  return {
    quotaScale,
    ...(propagationDelay !== undefined && { propagationDelayMs: propagationDelay * 1_000 }),
    ...(maxTls !== undefined && { maxTlsVersion: `TLSv${maxTls}` as const }),
  };
}

function parseScale(text: string): number {
  return parseAmount(text, maxQuotaScale, "0 for no quotas, 1 for AWS's own");
}

function parseDelay(text: string): number {
  return parseAmount(text, maxDelaySeconds, "seconds");
}

function parseAmount(text: string, max: number, meaning: string): number {
  const amount = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && amount <= max) return amount;
  throw new InvalidArgumentError(`Use a number from 0 to ${max}: ${meaning}.`);
}

/** The first signal asks to stop, the second does not ask. */
function onSignals(stop: () => void): void {
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitCodes.interrupted);
      asked = true;
      stop();
    });
  }
}
