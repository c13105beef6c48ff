import { MusterError } from "../../rules/errors.ts";
import { type ApiFlags, readLocalApiUrl, toBaseUrl } from "../../wiring/api-settings.ts";
import { readSettingsFile, toSettingsFile, writeSettingsFile } from "../../wiring/settings-file.ts";
import { checkEncrypted } from "../api/check-url.ts";

interface Saved {
  readonly url: string;
  readonly token: string;
  readonly profile?: string | undefined;
}

/** Keeps a token for commands, which from then on go to its API. @returns the file. */
export function saveToken({ url, token, profile }: Saved): string {
  const file = toSettingsFile();
  const saved = readSettingsFile(file);
  writeSettingsFile(file, {
    ...saved,
    url,
    tokens: { ...saved.tokens, [url]: token },
    ...(profile !== undefined && { profile }),
  });
  return file;
}

/** Forgets the token of the API that commands go to. @returns that API; undefined when there was none. */
export function forgetToken(): string | undefined {
  const file = toSettingsFile();
  const { url, profile: _, ...saved } = readSettingsFile(file);
  if (url === undefined) return undefined;
  const tokens = Object.fromEntries(Object.entries(saved.tokens).filter(([of]) => of !== url));
  writeSettingsFile(file, { ...saved, tokens });
  return url;
}

/**
 * Finds the API that a token is for which is made beside it, on the tables.
 *
 * @throws MusterError CONFIGURATION_INVALID, LOCAL_CLOUD_NOT_RUNNING
 */
export async function findSaveUrl(flags: ApiFlags): Promise<string> {
  const url = flags.url ?? (await findOwn(flags));
  checkEncrypted(toBaseUrl(url));
  readSettingsFile(toSettingsFile());
  return toBaseUrl(url);
}

function findOwn(flags: ApiFlags): Promise<string> {
  if (!flags.stage) return readLocalApiUrl(flags);
  throw new MusterError(
    "CONFIGURATION_INVALID",
    "Where is the stage's API? --save needs --url <url> with --stage.",
  );
}
