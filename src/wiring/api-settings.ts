import { readEndpoints } from "../local/endpoints.ts";
import { MusterError } from "../rules/errors.ts";
import { readLocalSettings } from "./local-settings.ts";
import { readSettingsFile, type SavedSettings, toSettingsFile } from "./settings-file.ts";
import type { TargetFlags } from "./target.ts";

/** What flags say of the API; the environment, the settings and the local cloud fill in. */
export interface ApiFlags extends TargetFlags {
  readonly url?: string;
  readonly token?: string;
}

export interface ApiSettings {
  /** As the API's paths are appended to it: without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  readonly profile: string | undefined;
}

/**
 * Finds which API commands speak to, and with what token: flags go before the environment, that
 * before the settings that were saved, and those before the local cloud that runs.
 *
 * A saved token is sent to the API that it was saved for, and to no other.
 *
 * @throws MusterError CONFIGURATION_INVALID, LOCAL_CLOUD_NOT_RUNNING, STATE_DAMAGED
 */
export async function readApiSettings(
  flags: ApiFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ApiSettings> {
  const saved = readSettingsFile(toSettingsFile(env));
  const url = toBaseUrl(await findUrl(flags, env, saved));
  const token = flags.token ?? (env["MUSTER_TOKEN"]?.trim() || saved.tokens[url]);
  return { url, token, profile: saved.profile };
}

/** @returns where the API of the local cloud that runs in the flags' folder is. */
export async function readLocalApiUrl(
  flags: TargetFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { stateFolder } = readLocalSettings(flags, env);
  return (await readEndpoints(stateFolder)).api;
}

async function findUrl(
  flags: ApiFlags,
  env: NodeJS.ProcessEnv,
  saved: SavedSettings,
): Promise<string> {
  if (flags.url !== undefined) return flags.url;
  // Whoever names a local cloud means that one.
  if (flags.state !== undefined) return readLocalApiUrl(flags, env);
  const url = env["MUSTER_URL"]?.trim() || saved.url;
  if (url) return url;
  if (flags.stage ?? env["MUSTER_STAGE"]) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      "Where is the stage's API? Give --url <url>, set MUSTER_URL, or sign in: muster login --url <url>",
    );
  }
  return readLocalApiUrl(flags, env);
}

/** @throws MusterError CONFIGURATION_INVALID */
export function toBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      `"${text}" is no URL of an API. Give one such as https://muster.example.com`,
    );
  }
  return `${url.origin}${url.pathname.replace(/(?:\/v1)?\/*$/, "")}`;
}
