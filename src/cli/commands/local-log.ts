import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { connectionOutcomes } from "../../local/connection-outcomes.ts";
import type { LoggedConnection } from "../../local/logged-connection.ts";
import { toStartCommand } from "../../local/state-command.ts";
import { parseCertificate } from "../certificate-argument.ts";
import { type Cli, examples } from "../cli.ts";
import { toAttemptDetails, toAttemptLines } from "../local/attempt-line.ts";
import { type AttemptPrinter, createAttemptPrinter } from "../local/attempt-printer.ts";
import { foldAttempts } from "../local/fold-attempts.ts";
import { findNearest } from "../nearest.ts";
import { plural } from "../output.ts";

interface LogOptions {
  readonly follow?: boolean;
  readonly last: number;
  readonly client?: string;
  readonly certificate?: string;
  readonly outcome?: string;
  readonly verbose?: boolean;
}

type Matches = (entry: LoggedConnection) => boolean;

export function addLocalLogCommand({ json, flags }: Cli, local: Command): void {
  local
    .command("log")
    .description("what came of each connection, and why; also while nothing runs")
    .option("--follow", "go on with what comes, until Ctrl-C")
    .option("--last <n>", "so many lines of what there is", parseCount, 50)
    .option("--client <id>", "of one client id")
    .option("--certificate <id>", "of one certificate: the begin of its id, or its file", parseId)
    .option("--outcome <code>", "of one outcome, as CONNECT_DENIED", parseOutcome)
    .option("--verbose", "all that came with each")
    .addHelpText(
      "after",
      `
What a device repeats is one line with a count. With --json each connection is a line of JSON.
What each outcome means: docs/reference/connection-outcomes.md
${examples(
  "muster local log --client sensor-0001 --verbose",
  "muster local log --follow --outcome CONNECT_DENIED",
  "muster local log --json --last 1000 | jq -r .outcome | sort | uniq -c",
)}`,
    )
    .action(async (options: LogOptions) => {
      const { readLocalSettings } = await import("../../wiring/local-settings.ts");
      const { readConnectionLog } = await import("../../local/read-connection-log.ts");
      const { stateFolder } = readLocalSettings(flags());
      const matches = toMatches(options);
      // People are told beside the lines, which may be piped; programs see that there are none.
      const tell = (text: string) => json || console.error(text);
      if (options.follow) return follow(stateFolder, { ...options, json, matches, tell });
      const logged = readConnectionLog(stateFolder);
      const found = logged.filter(matches);
      if (logged.length === 0) tell(toEmpty(stateFolder));
      else if (found.length === 0) tell(`None of the ${connections(logged)} in the log matches.`);
      show(found, { ...options, json, tell });
    });
}

interface ShowOptions extends LogOptions {
  readonly json: boolean;
  /** Tells people something that is not of the log. */
  readonly tell: (text: string) => void;
}

function show(entries: readonly LoggedConnection[], options: ShowOptions): void {
  const { json, last, verbose, tell } = options;
  const { columns } = process.stdout;
  const lastOf = <Item>(items: readonly Item[]) => (last === 0 ? [] : items.slice(-last));
  if (json) {
    for (const entry of lastOf(entries)) console.log(JSON.stringify(entry));
    return;
  }
  const folded = foldAttempts(entries);
  for (const { entry, count } of lastOf(folded)) {
    for (const line of toAttemptLines(entry, { columns, count })) console.log(line);
    if (verbose) for (const line of toAttemptDetails(entry)) console.log(line);
  }
  if (folded.length > last)
    tell(`The last ${last} of ${folded.length}; all: --last ${folded.length}`);
}

function toEmpty(stateFolder: string): string {
  return `No device has connected yet, as far as ${stateFolder} says. If no local cloud runs there, start it with: ${toStartCommand(stateFolder)}`;
}

function connections(entries: readonly LoggedConnection[]): string {
  return plural(entries.length, "connection");
}

async function follow(
  stateFolder: string,
  options: ShowOptions & { readonly matches: Matches },
): Promise<void> {
  const { followConnectionLog } = await import("../../local/read-connection-log.ts");
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopped.abort());
  const printer = createPrinter(options);
  let isFirst = true;
  for await (const entries of followConnectionLog(stateFolder, stopped.signal)) {
    const found = entries.filter(options.matches);
    if (isFirst) {
      show(found, options);
      options.tell("Waiting for connections… (Ctrl-C ends)");
    } else for (const entry of found) printer.show(entry);
    isFirst = false;
  }
  printer.close();
}

function createPrinter({ json, verbose = false }: { json: boolean; verbose?: boolean }) {
  const write = (text: string) => process.stdout.write(text);
  const asJson: AttemptPrinter = {
    show: (entry) => write(`${JSON.stringify(entry)}\n`),
    close: () => {},
  };
  return json
    ? asJson
    : createAttemptPrinter({ write, columns: () => process.stdout.columns, verbose });
}

function toMatches({ client, certificate, outcome }: LogOptions): Matches {
  return (entry) =>
    (client === undefined || entry.clientId === client) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (certificate === undefined ||
      entry.chain.some(({ certificateId }) => certificateId.startsWith(certificate)));
}

function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Use a number of lines, as 50.");
}

function parseId(text: string): string {
  if (existsSync(text)) return parseCertificate(text).certificateId;
  if (/^[0-9a-f]{4,64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("Use 4 to 64 hex digits of its id, or its file.");
}

function parseOutcome(text: string): string {
  const outcome = text.toUpperCase();
  if (connectionOutcomes.includes(outcome)) return outcome;
  const nearest = findNearest(outcome, connectionOutcomes);
  const meant = nearest === undefined ? "" : `Did you mean ${nearest}? `;
  throw new InvalidArgumentError(`${meant}All: docs/reference/connection-outcomes.md`);
}
