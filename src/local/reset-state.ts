import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { MusterError } from "../rules/errors.ts";
import { readEndpoints } from "./endpoints.ts";
import { stateFiles } from "./state-files.ts";

/**
 * Removes the state of a local cloud that is not running.
 *
 * @returns the names of what was removed.
 * @throws MusterError STATE_IN_USE, FILE_UNREADABLE
 */
export async function resetState(stateFolder: string): Promise<readonly string[]> {
  if (statSync(stateFolder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new MusterError("FILE_UNREADABLE", `${stateFolder} is a file, not a folder.`, {
      details: { file: stateFolder },
    });
  }
  if (await isRunning(stateFolder)) {
    throw new MusterError(
      "STATE_IN_USE",
      `The local cloud in ${stateFolder} is running. Stop it first, with Ctrl-C where it runs.`,
      { details: { stateFolder } },
    );
  }
  const there = stateFiles.filter((name) => existsSync(join(stateFolder, name)));
  for (const name of there) rmSync(join(stateFolder, name), { recursive: true, force: true });
  return there;
}

async function isRunning(stateFolder: string): Promise<boolean> {
  try {
    await readEndpoints(stateFolder);
    return true;
  } catch (error) {
    if (error instanceof MusterError) return false;
    throw error;
  }
}
