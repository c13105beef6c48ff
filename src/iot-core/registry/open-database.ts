import { DatabaseSync } from "node:sqlite";
import { IotCoreError } from "../iot-core-error.ts";
import { applicationId, schema, schemaVersion } from "./schema.ts";

/** Result codes of https://www.sqlite.org/rescode.html. */
const sqliteBusy = 5;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

/**
 * Opens or creates the state file and locks it for this process alone.
 *
 * @throws IOT_CORE_STATE_IN_USE, IOT_CORE_STATE_DAMAGED
 */
export function openDatabase(stateFile: string): DatabaseSync {
  const database = new DatabaseSync(stateFile);
  try {
    // The lock of the exclusive mode is held from the first access until the process ends.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    createSchema(database, stateFile);
    // With a write-ahead log NORMAL survives the death of the process, though not of the machine.
    database.exec("COMMIT; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    return database;
  } catch (error) {
    database.close();
    throw toStateError(error, stateFile);
  }
}

/** Leaves a file that is not ours as it is. */
function createSchema(database: DatabaseSync, stateFile: string): void {
  if (Number(pragma(database, "schema_version")) === 0) {
    database.exec(schema);
    database.exec(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`,
    );
    return;
  }
  const isOurs =
    pragma(database, "application_id") === applicationId &&
    pragma(database, "user_version") === schemaVersion;
  if (!isOurs || pragma(database, "quick_check") !== "ok") throw damaged(stateFile);
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function toStateError(error: unknown, stateFile: string): unknown {
  const extendedCode = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
  // The low byte of an extended result code is the primary one.
  const code = extendedCode & 0xff;
  if (code === sqliteBusy) {
    return new IotCoreError(
      "IOT_CORE_STATE_IN_USE",
      `${stateFile} is in use by another running stand-in; stop that one or give this one a file of its own.`,
      { cause: error },
    );
  }
  if (code === sqliteCorrupt || code === sqliteNotADatabase) {
    return damaged(stateFile, error);
  }
  return error;
}

function damaged(stateFile: string, cause?: unknown): IotCoreError {
  return new IotCoreError(
    "IOT_CORE_STATE_DAMAGED",
    `${stateFile} is damaged or was not written by this version of the stand-in; ` +
      "move the file away, or delete its folder, to start with an empty one.",
    { cause },
  );
}
