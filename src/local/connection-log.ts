import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { toLoggedConnection } from "./logged-connection.ts";
import type { ConnectionReport } from "./start-stand-in.ts";

/** The log of connections: the older file is the newer one of before. */
export const connectionLogFiles = {
  newer: "connections.ndjson",
  older: "connections.old.ndjson",
} as const;

/** Every connection attempt of devices and what happened later in it, across restarts. */
export interface ConnectionLog {
  /** Written when it returns; a line that cannot be written is counted, not thrown. */
  readonly append: (report: ConnectionReport) => void;
  /** Lines that could not be written since the start, and why the last one was not. */
  readonly failures: () => { readonly count: number; readonly last: string | undefined };
  readonly close: () => void;
}

export interface ConnectionLogOptions {
  readonly stateFolder: string;
  /** Of each of two files. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 8 * 1024 * 1024;
const lineFeed = 0x0a;

/**
 * Opens the log of a state folder for its only writer. It holds what came and what was decided, never
 * a payload or a key, as lines of JSON that the owner alone may read.
 */
export function openConnectionLog(options: ConnectionLogOptions): ConnectionLog {
  const { stateFolder, maxBytes = defaultMaxBytes } = options;
  const newer = join(stateFolder, connectionLogFiles.newer);
  const older = join(stateFolder, connectionLogFiles.older);
  let file = openFile(newer);
  let count = 0;
  let last: string | undefined;

  const rotate = (): void => {
    closeSync(file.descriptor);
    // Whoever emptied the folder meanwhile took the file away.
    if (existsSync(newer)) renameSync(newer, older);
    file = openFile(newer);
  };

  const append = (report: ConnectionReport): void => {
    const line = Buffer.from(`${JSON.stringify(toLoggedConnection(report))}\n`);
    try {
      if (file.bytes > 0 && file.bytes + line.length > maxBytes) rotate();
      file.bytes += writeSync(file.descriptor, line);
    } catch (error) {
      // A full disk keeps no device out.
      count += 1;
      last = error instanceof Error ? error.message : String(error);
    }
  };

  return {
    append,
    failures: () => ({ count, last }),
    close: () => closeSync(file.descriptor),
  };
}

function openFile(path: string): { readonly descriptor: number; bytes: number } {
  const descriptor = openSync(path, "a+", 0o600);
  const { size } = fstatSync(descriptor);
  // A process that died in the middle of a line must not spoil the next one.
  const bytes = endsInLine(descriptor, size) ? size + writeSync(descriptor, "\n") : size;
  return { descriptor, bytes };
}

function endsInLine(descriptor: number, size: number): boolean {
  const end = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, end, 0, 1, size - 1) === 1 && end[0] !== lineFeed;
}
