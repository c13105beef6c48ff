import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { MusterError } from "../rules/errors.ts";

const shape = z.strictObject({
  version: z.literal(1),
  /** Of the API that commands use. */
  url: z.string().optional(),
  /** By the URL of the API: a token goes nowhere else. */
  tokens: z.record(z.string(), z.string()),
  /** What batches are pushed as unless said otherwise. */
  profile: z.string().optional(),
});

/** What `muster login` keeps for the commands that use the API. */
export type SavedSettings = z.output<typeof shape>;

export const noSettings: SavedSettings = { version: 1, tokens: {} };

const ownerOnly = 0o600;
const ofOthers = 0o077;

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
export function toSettingsFile(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CONFIG_HOME"];
  // The specification has relative paths ignored.
  const folder = base?.startsWith("/") ? base : join(env["HOME"] || homedir(), ".config");
  return join(folder, "muster", "config.json");
}

/**
 * Reads the settings; none where there is no file. It holds tokens, so that one which others can
 * read is not used until that is mended.
 *
 * @throws MusterError CONFIGURATION_INVALID
 */
export function readSettingsFile(file: string): SavedSettings {
  const text = readPrivate(file);
  if (text === undefined) return noSettings;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    // What it cites of the file may be a token.
    throw invalid(file, `is not what muster writes. Remove it, and sign in again: muster login`);
  }
}

/** Replaces the settings: whoever reads sees the old or the new. @throws MusterError FILE_UNWRITABLE */
export function writeSettingsFile(file: string, settings: SavedSettings): void {
  const next = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    rmSync(next, { force: true });
    writeFileSync(next, `${JSON.stringify(settings, null, 2)}\n`, { mode: ownerOnly, flag: "wx" });
    // Whatever umask says.
    chmodSync(next, ownerOnly);
    renameSync(next, file);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    rmSync(next, { force: true });
    throw new MusterError("FILE_UNWRITABLE", `${file}: ${error.message}.`, { cause: error });
  }
}

function readPrivate(file: string): string | undefined {
  try {
    const { mode } = statSync(file);
    if (process.platform !== "win32" && (mode & ofOthers) !== 0) {
      throw invalid(file, `holds tokens and others can read it. Run: chmod 600 ${file}`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    if ("code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw invalid(file, `cannot be read: ${error.message}.`);
  }
}

function invalid(file: string, what: string): MusterError {
  return new MusterError("CONFIGURATION_INVALID", `${file} ${what}`, { details: { file } });
}
