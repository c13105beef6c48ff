import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { connectionLogFiles } from "./connection-log.ts";
import { functionNames } from "./function-names.ts";
import { objectSecretFile } from "./object-secret.ts";
import { isObjectFile } from "./object-store-files.ts";

/** All that the local cloud keeps in its folder; nothing else in there is its own. */
export const stateFiles: readonly string[] = [
  ...["queue", "ingest", "iot-core", "dynamodb"].flatMap((name) =>
    ["", "-wal", "-shm"].map((suffix) => `${name}.sqlite${suffix}`),
  ),
  ...Object.values(connectionLogFiles),
  "server-ca.pem",
  "server-certificate.pem",
  "server-key.pem",
  "account.json",
  objectSecretFile,
  "endpoints.json",
  "log",
  "objects",
];

/** Folders of it, in which others may keep something as well. */
const folders: Readonly<Record<string, (name: string) => boolean>> = {
  log: (name) => functionNames.some((each) => name === `${each}.log`),
  objects: isObjectFile,
};

/** @returns what tells its own in a folder; undefined of a file. */
export function ownIn(name: string): ((inside: string) => boolean) | undefined {
  return folders[name];
}

export interface StateFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly bytes: number;
}

/** Measures what is there of it, in the order of the list; of the objects all together. */
export function measureState(stateFolder: string): StateFile[] {
  const measure = (name: string) => {
    const bytes = statSync(join(stateFolder, name), { throwIfNoEntry: false })?.size;
    return bytes === undefined ? [] : [{ name, bytes }];
  };
  return stateFiles.flatMap((name) => {
    if (folders[name] === undefined) return measure(name);
    const inside = listFolder(stateFolder, name).flatMap((file) => measure(join(name, file)));
    return name === "objects" ? toSum(name, inside) : inside;
  });
}

function toSum(name: string, files: readonly StateFile[]): StateFile[] {
  if (files.length === 0) return [];
  return [{ name, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) }];
}

/** Somebody may have emptied the folder while the local cloud runs. */
function listFolder(stateFolder: string, name: string): readonly string[] {
  const folder = join(stateFolder, name);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}
