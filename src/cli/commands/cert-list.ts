import { type Command, InvalidArgumentError } from "commander";
import type { OutList } from "../../onboarding/heal/list-out.ts";
import { type Cli, examples } from "../cli.ts";
import { print, toTable } from "../output.ts";
import { timeLimits } from "../time-limits.ts";

const defaultLimit = 100;
const maxLimit = 10_000;

/** Adds the command that finds the certificates which `cert show` explains one by one. */
export function addCertListCommand({ json, open }: Cli, parent: Command): void {
  parent
    .command("list")
    .description("list certificates that are out for now, or that are being let in or put out")
    .option("--limit <number>", `at most so many; default: ${defaultLimit}`, parseLimit)
    .addHelpText(
      "after",
      `\nThose that are out for good are in no list; cert show knows them.\n${examples(
        "muster cert list",
        "muster cert list --limit 1000 --json",
      )}`,
    )
    .action(async ({ limit = defaultLimit }: { limit?: number }) => {
      const { listOut } = await open();
      const list = await listOut(limit, AbortSignal.timeout(timeLimits.actMs));
      print(json, toData(list), () => toText(list, limit));
    });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= maxLimit) return limit;
  throw new InvalidArgumentError(`Use a number from 1 to ${maxLimit}.`);
}

function toData({ certificates, more }: OutList) {
  return {
    certificates: certificates.map(({ certificateId, state }) => ({
      certificateId,
      status: state.status,
      codes: state.findings.map(({ code }) => code),
      thingName: state.thingName ?? null,
      since: state.since,
    })),
    more,
  };
}

function toText(list: OutList, limit: number): string {
  const { certificates, more } = toData(list);
  if (certificates.length === 0) return "No certificate is out for now.";
  const table = toTable(
    ["Certificate", "Stands", "Codes", "Thing", "Since"],
    certificates.map(({ certificateId, status, codes, thingName, since }) => [
      certificateId,
      status,
      codes.join(", "),
      thingName ?? "",
      since,
    ]),
  );
  return more ? `${table}\nThere are more than ${limit}; see them with --limit.` : table;
}
