import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { MusterError } from "../rules/errors.ts";
import { toResetCommand, toStartCommand } from "./state-command.ts";

/** What all ARNs of a local cloud have. */
export interface LocalAccount {
  readonly region: string;
  readonly accountId: string;
}

/** Not an AWS region or account: what is meant for here fails there. */
const defaultAccount: LocalAccount = { region: "local-1", accountId: "000000000000" };

const shape = z.object({
  version: z.literal(1),
  region: z.string(),
  accountId: z.string(),
});

const fileName = "account.json";

/**
 * Finds the region and account of a state folder: those that it has, or else those wanted.
 *
 * @throws MusterError CONFIGURATION_INVALID for others than it has, STATE_DAMAGED
 */
export function findAccount(stateFolder: string, wanted: Partial<LocalAccount>): LocalAccount {
  const kept = readAccount(stateFolder);
  const account = { ...(kept ?? defaultAccount), ...wanted };
  if (kept === undefined) return account;
  if (account.region === kept.region && account.accountId === kept.accountId) return kept;
  throw new MusterError(
    "CONFIGURATION_INVALID",
    `The state in ${stateFolder} is of region ${kept.region} and account ${kept.accountId}, and policies in it have such ARNs: it cannot go on as ${account.region} and ${account.accountId}. Start without --aws-region and --aws-account (${toStartCommand(stateFolder)}), or forget it first with: ${toResetCommand(stateFolder)}`,
    { details: { stateFolder } },
  );
}

/** Keeps them for the next start. Whoever reads sees all of it or nothing. */
export function keepAccount(stateFolder: string, { region, accountId }: LocalAccount): void {
  const file = join(stateFolder, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify({ version: 1, region, accountId })}\n`);
  renameSync(`${file}.new`, file);
}

/** State that is older than the file has the defaults. */
function readAccount(stateFolder: string): LocalAccount | undefined {
  const file = join(stateFolder, fileName);
  if (!existsSync(file)) {
    return existsSync(join(stateFolder, "iot-core.sqlite")) ? defaultAccount : undefined;
  }
  try {
    const { region, accountId } = shape.parse(JSON.parse(readFileSync(file, "utf8")));
    return { region, accountId };
  } catch (error) {
    throw new MusterError(
      "STATE_DAMAGED",
      `${file} is not what the local cloud writes. Move it away, or start over with: ${toResetCommand(stateFolder)}`,
      { cause: error, details: { file } },
    );
  }
}
