import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const objectSecretFile = "object-secret";

const secretBytes = 32;

/**
 * Finds what a state folder signs its upload and download links with, or makes it. Only the owner may
 * read the file. A damaged one is made anew: links that were given out then end early.
 */
export function readOrCreateObjectSecret(stateFolder: string): string {
  const file = join(stateFolder, objectSecretFile);
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  const secret = randomBytes(secretBytes).toString("hex");
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secret;
}
