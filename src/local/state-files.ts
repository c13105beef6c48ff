import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { connectionLogFiles } from "./connection-log.ts";

/** All that the local cloud keeps in its folder; nothing else in there is its own. */
export const stateFiles: readonly string[] = [
  ...["queue", "iot-core", "dynamodb"].flatMap((name) =>
    ["", "-wal", "-shm"].map((suffix) => `${name}.sqlite${suffix}`),
  ),
  ...Object.values(connectionLogFiles),
  "server-ca.pem",
  "server-certificate.pem",
  "server-key.pem",
  "account.json",
  "endpoints.json",
  "log",
];

/** What is its own in the folder `log`. */
export const functionLogs = ["onboard.log", "heal.log"] as const;

export interface StateFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly bytes: number;
}

/** Measures what is there of it, in the order of the list. */
export function measureState(stateFolder: string): StateFile[] {
  return stateFiles
    .flatMap((name) =>
      name === "log" ? listFolder(stateFolder, name).map((file) => join(name, file)) : [name],
    )
    .flatMap((name) => {
      const bytes = statSync(join(stateFolder, name), { throwIfNoEntry: false })?.size;
      return bytes === undefined ? [] : [{ name, bytes }];
    });
}

/** Somebody may have emptied the folder while the local cloud runs. */
function listFolder(stateFolder: string, name: string): readonly string[] {
  const folder = join(stateFolder, name);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}
