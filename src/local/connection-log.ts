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
  let isClosed = false;

  const rotate = (): void => {
    // Whoever emptied the folder meanwhile took the file away.
    if (existsSync(newer)) renameSync(newer, older);
    const full = file;
    // Only then is the other closed: the number of a closed descriptor soon is a device's socket.
    file = openFile(newer);
    closeSync(full.descriptor);
  };

  const append = (report: ConnectionReport): void => {
    const line = Buffer.from(`${JSON.stringify(toLoggedConnection(report))}\n`);
    try {
      if (isClosed) throw new Error("The log is closed.");
      if (file.bytes > 0 && file.bytes + line.length > maxBytes) rotate();
      if (file.isTorn) file.bytes += writeSync(file.descriptor, "\n");
      file.isTorn = false;
      const written = writeSync(file.descriptor, line);
      file.bytes += written;
      file.isTorn = written < line.length;
      if (file.isTorn) throw new Error(`${written} of ${line.length} bytes were written.`);
    } catch (error) {
      // A full disk keeps no device out.
      count += 1;
      last = error instanceof Error ? error.message : String(error);
    }
  };

  return {
    append,
    failures: () => ({ count, last }),
    close: () => {
      if (!isClosed) closeSync(file.descriptor);
      isClosed = true;
    },
  };
}

interface LogFile {
  readonly descriptor: number;
  bytes: number;
  /** Ends in the middle of a line, as of a process that died or of a full disk: it must not spoil the next. */
  isTorn: boolean;
}

function openFile(path: string): LogFile {
  const descriptor = openSync(path, "a+", 0o600);
  const { size } = fstatSync(descriptor);
  return { descriptor, bytes: size, isTorn: endsInLine(descriptor, size) };
}

function endsInLine(descriptor: number, size: number): boolean {
  const end = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, end, 0, 1, size - 1) === 1 && end[0] !== lineFeed;
}
