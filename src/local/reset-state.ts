import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MusterError } from "../rules/errors.ts";
import { readEndpoints } from "./endpoints.ts";
import { sqliteCodeOf, sqliteCodes } from "./sqlite-code.ts";
import { ownIn, stateFiles } from "./state-files.ts";

/**
 * Removes the state of a local cloud that is not running, and nothing else: a folder without its
 * databases is none of it, whatever the names of its files.
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
  if (isLocked(join(stateFolder, "queue.sqlite")) || (await isRunning(stateFolder))) {
    throw new MusterError(
      "STATE_IN_USE",
      `The local cloud in ${stateFolder} is running. Stop it first, with Ctrl-C where it runs.`,
      { details: { stateFolder } },
    );
  }
  const there = stateFiles.filter((name) => existsSync(join(stateFolder, name)));
  if (!there.some((name) => name.endsWith(".sqlite"))) return [];
  return there.filter((name) => remove(stateFolder, name));
}

/** @returns whether it is gone. Somebody may keep files of their own beside those of the functions. */
function remove(stateFolder: string, name: string): boolean {
  const path = join(stateFolder, name);
  const isOwn = ownIn(name);
  if (isOwn === undefined) {
    rmSync(path, { force: true });
    return true;
  }
  for (const file of readdirSync(path).filter(isOwn)) {
    rmSync(join(path, file), { recursive: true, force: true });
  }
  if (readdirSync(path).length > 0) return false;
  rmdirSync(path);
  return true;
}

/** One that only just starts says nothing of itself yet, and has this file already. */
function isLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK");
    return false;
  } catch (error) {
    // A damaged one is nobody's.
    return sqliteCodeOf(error) === sqliteCodes.busy;
  } finally {
    database.close();
  }
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
