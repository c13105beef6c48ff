import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectionLogFiles } from "./connection-log.ts";
import { type LoggedConnection, loggedConnection } from "./logged-connection.ts";

const pollMs = 250;
const chunkBytes = 64 * 1024;

/** Reads the whole log, oldest first; lines that are none, as after a crash, are left out. */
export function readConnectionLog(stateFolder: string): readonly LoggedConnection[] {
  const reader = createReader(stateFolder);
  try {
    return reader.read();
  } finally {
    reader.close();
  }
}

const tailBytes = 64 * 1024;

/** Reads the end of the log only. @returns at most `count`, oldest first; fewer of very long ones. */
export function readLastConnections(
  stateFolder: string,
  count: number,
): readonly LoggedConnection[] {
  const { newer, older } = connectionLogFiles;
  const last = readEnd(join(stateFolder, newer));
  if (last.length >= count) return last.slice(-count);
  return [...readEnd(join(stateFolder, older)), ...last].slice(-count);
}

function readEnd(file: string): readonly LoggedConnection[] {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    const length = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8", 0, length).split("\n").flatMap(toEntries);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Yields what the log holds and then what comes, until `signal` says so; an empty list when there is
 * nothing new. Goes on over rotations, a reset, and restarts of the local cloud; two rotations between
 * two looks would lose lines.
 */
export async function* followConnectionLog(
  stateFolder: string,
  signal: AbortSignal,
): AsyncGenerator<readonly LoggedConnection[]> {
  const reader = createReader(stateFolder);
  try {
    while (!signal.aborted) {
      yield reader.read();
      await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    reader.close();
  }
}

interface Tail {
  readonly descriptor: number;
  readonly inode: number;
  /** Begin of a line whose end is not there yet. */
  rest: Buffer;
}

/** Reads on from where it was. The file that it holds open cannot be mistaken for its successor. */
function createReader(stateFolder: string) {
  const newer = join(stateFolder, connectionLogFiles.newer);
  let tail: Tail | undefined;
  let isFirst = true;

  const readOlder = (): readonly LoggedConnection[] => {
    const older = join(stateFolder, connectionLogFiles.older);
    // Rotated between two looks: then this is the file that is open.
    if (inodeOf(older) === undefined || inodeOf(older) === tail?.inode) return [];
    return readFileSync(older, "utf8").split("\n").flatMap(toEntries);
  };

  const read = (): readonly LoggedConnection[] => {
    tail ??= openTail(newer);
    const found = isFirst ? [...readOlder()] : [];
    isFirst = false;
    while (tail !== undefined) {
      found.push(...readTail(tail));
      if (inodeOf(newer) === tail.inode) return found;
      // What was written between the last look and the rotation.
      found.push(...readTail(tail));
      closeSync(tail.descriptor);
      tail = openTail(newer);
    }
    return found;
  };

  return { read, close: () => tail && closeSync(tail.descriptor) };
}

function openTail(file: string): Tail | undefined {
  if (inodeOf(file) === undefined) return undefined;
  const descriptor = openSync(file, "r");
  return { descriptor, inode: fstatSync(descriptor).ino, rest: Buffer.alloc(0) };
}

function readTail(tail: Tail): readonly LoggedConnection[] {
  const chunks = [tail.rest];
  for (;;) {
    const chunk = Buffer.alloc(chunkBytes);
    const length = readSync(tail.descriptor, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
  }
  const bytes = Buffer.concat(chunks);
  const end = bytes.lastIndexOf("\n") + 1;
  tail.rest = bytes.subarray(end);
  return bytes.toString("utf8", 0, end).split("\n").flatMap(toEntries);
}

function toEntries(line: string): readonly LoggedConnection[] {
  if (line === "") return [];
  try {
    return [loggedConnection.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}
