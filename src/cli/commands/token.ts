import { type Command, InvalidArgumentError, Option } from "commander";
import type { UsedToken } from "../../access/tokens/manage-tokens.ts";
import { maxTokenDays, type Role, roles } from "../../access/tokens/token.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { toRunnable } from "../to-runnable.ts";

interface CreateOptions {
  readonly role: Role;
  readonly manufacturer?: string;
  readonly expires: number;
  readonly name?: string;
  readonly save?: boolean;
  readonly url?: string;
}

export function addTokenCommands(cli: Cli): void {
  const token = cli.program
    .command("token")
    .description("who may use the API, as what, and until when");
  addCreate(cli, token);
  addList(cli, token);
  addRevoke(cli, token);
}

/** @throws MusterError USAGE_INVALID */
function checkWhose({ role, manufacturer }: CreateOptions): void {
  if (role !== "manufacturer" || manufacturer !== undefined) return;
  throw new MusterError("USAGE_INVALID", "Whose token is it? Give --manufacturer <id>.");
}

function addCreate({ json, flags }: Cli, token: Command): void {
  token
    .command("create")
    .description("make a token, which is shown once: alone on standard output")
    .addOption(
      new Option("--role <role>", "what it may do").choices([...roles]).makeOptionMandatory(),
    )
    .option("--manufacturer <id>", "of the role manufacturer: which one")
    .option("--expires <days>", "as 90d; 366d at most", parseDays, 90)
    .option("--name <text>", "who has it; default: its role")
    .option("--save", "keep it for the commands of this machine, as muster login does")
    .option("--url <url>", "with --save: of the API; default: that of the local cloud")
    .addHelpText(
      "after",
      examples(
        "muster token create --role operator --save",
        'muster token create --role manufacturer --manufacturer acme --name "Acme, line 3" > acme.token',
        "muster token create --role auditor --expires 7d --json",
      ),
    )
    .action(async (options: CreateOptions) => {
      const { role, manufacturer, expires, name } = options;
      checkWhose(options);
      const { wireAccessTarget } = await import("../../wiring/target.ts");
      const { findSaveUrl, saveToken } = await import("../sign-in/save-token.ts");
      // Before there is a token that could not be kept.
      const url = options.save ? await findSaveUrl({ ...flags(), ...options }) : undefined;
      const { tokens } = await wireAccessTarget(flags());
      const created = await tokens.create({
        role,
        ...(manufacturer !== undefined && { manufacturer }),
        description: name ?? role,
        days: expires,
      });
      const saved = url === undefined ? undefined : saveToken({ url, token: created.text });
      const { id, expiresAt } = created.token;
      if (json) {
        const data = saved === undefined ? created : { token: created.token, url, file: saved };
        console.log(JSON.stringify(data, null, 2));
        return;
      }
      if (saved === undefined) console.log(created.text);
      // Beside the token, which may be piped.
      console.error(
        [
          `${colors.green("✓")} Token ${id} of the role ${role}, until ${expiresAt.slice(0, 10)}.`,
          saved === undefined
            ? "It is shown this once, and not kept."
            : `It is in ${saved}; commands use it for ${url}.`,
        ].join("\n"),
      );
    });
}

const pageSize = 100;
const maxListed = 10_000;

function addList({ json, flags }: Cli, token: Command): void {
  token
    .command("list")
    .description("list tokens, the newest first; the tokens themselves are not kept")
    .addHelpText("after", examples("muster token list", "muster token list --json"))
    .action(async () => {
      const { wireAccessTarget } = await import("../../wiring/target.ts");
      const { tokens } = await wireAccessTarget(flags());
      const found: UsedToken[] = [];
      let cursor: string | undefined;
      do {
        const page = await tokens.list({
          limit: pageSize,
          ...(cursor !== undefined && { cursor }),
        });
        found.push(...page.tokens);
        cursor = page.cursor;
      } while (cursor !== undefined && found.length < maxListed);
      print(json, { tokens: found }, () =>
        found.length === 0
          ? `There are no tokens. Make one with: ${toRunnable("muster token create --role <role>")}`
          : toTable(
              ["Id", "Role", "Manufacturer", "Name", "Stands", "Until", "Last used"],
              found.map((each) => [
                each.id,
                each.role,
                each.manufacturer ?? "",
                each.description,
                toStanding(each, new Date()),
                each.expiresAt.slice(0, 10),
                each.lastUsedOn ?? "never",
              ]),
            ),
      );
    });
}

function addRevoke({ json, flags }: Cli, token: Command): void {
  token
    .command("revoke")
    .description("take a token's rights, at once")
    .argument("<id>", "as in the list; not the token itself")
    .addHelpText("after", examples("muster token revoke 5f3c…e1"))
    .action(async (id: string) => {
      const { wireAccessTarget } = await import("../../wiring/target.ts");
      const { tokens } = await wireAccessTarget(flags());
      const revoked = await tokens.revoke(id);
      print(json, revoked, () =>
        [
          `${colors.green("✓")} Revoked: ${revoked.id}`,
          toFields({
            role: revoked.role,
            manufacturer: revoked.manufacturer,
            name: revoked.description,
            since: revoked.revokedAt,
          }),
        ].join("\n"),
      );
    });
}

function toStanding({ revokedAt, expiresAt }: UsedToken, now: Date): string {
  if (revokedAt !== undefined) return colors.red("revoked");
  return Date.parse(expiresAt) <= now.getTime() ? colors.yellow("expired") : colors.green("valid");
}

function parseDays(text: string): number {
  const [, days] = /^(\d{1,4})d?$/.exec(text) ?? [];
  if (days !== undefined && Number(days) > 0 && Number(days) <= maxTokenDays) return Number(days);
  throw new InvalidArgumentError(`Use a number of days up to ${maxTokenDays}, as 90d.`);
}
