import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type ConnectionLogOptions,
  connectionLogFiles,
  openConnectionLog,
} from "../../src/local/connection-log.ts";
import type { LoggedConnection } from "../../src/local/logged-connection.ts";
import {
  followConnectionLog,
  readConnectionLog,
  readLastConnections,
} from "../../src/local/read-connection-log.ts";
import { createReport } from "../support/create-report.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function setup(options: Partial<ConnectionLogOptions> = {}) {
  const stateFolder = options.stateFolder ?? temporaryFolder();
  const log = openConnectionLog({ stateFolder, ...options });
  onTestFinished(log.close);
  const add = (...clientIds: readonly string[]) => {
    for (const clientId of clientIds) log.append(createReport({ clientId }));
  };
  const at = (name: keyof typeof connectionLogFiles) => join(stateFolder, connectionLogFiles[name]);
  return { stateFolder, log, add, at };
}

const idsOf = (entries: readonly LoggedConnection[]) => entries.map(({ clientId }) => clientId);

/** Bytes of one line of these tests. */
function measureLine(): number {
  const { add, at } = setup();
  add("00");
  return statSync(at("newer")).size;
}

describe("the log of connections", () => {
  test("holds what came and what was decided, for its owner alone", () => {
    const { stateFolder, log, at } = setup();
    const report = createReport({ clientId: "sensor-1", outcome: "CONNECT_DENIED" });
    log.append(report);
    expect(readConnectionLog(stateFolder)).toEqual([
      JSON.parse(JSON.stringify({ ...report, at: report.at.toISOString() })),
    ]);
    expect(statSync(at("newer")).mode & 0o777).toBe(0o600);
  });

  test("goes on after a restart", () => {
    const { stateFolder, add } = setup();
    add("1");
    setup({ stateFolder }).add("2");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["1", "2"]);
  });

  test("a line that a crash cut off is left out, and spoils none after it", () => {
    const { stateFolder, add, at } = setup();
    add("1");
    appendFileSync(at("newer"), '{"at":"2026-');
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["1"]);
    setup({ stateFolder }).add("2");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["1", "2"]);
  });

  test("what is no line of it is left out", () => {
    const { stateFolder, add, at } = setup();
    writeFileSync(at("newer"), '[]\n{"at":"yesterday","outcome":"A","sentence":"B"}\n\n');
    add("1");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["1"]);
  });

  test("takes no more than two files, and drops the oldest", () => {
    const maxBytes = 3 * measureLine();
    const { stateFolder, add, at } = setup({ maxBytes });
    add("01", "02", "03", "04", "05", "06", "07");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["04", "05", "06", "07"]);
    expect(statSync(at("older"))).toMatchObject({ size: maxBytes });
    expect(statSync(at("older")).mode & 0o777).toBe(0o600);
  });

  test("a line above the bound is written all the same", () => {
    const { stateFolder, add } = setup({ maxBytes: 10 });
    add("1", "2");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["1", "2"]);
  });

  test("a full disk is told of, and hinders nobody", () => {
    const stateFolder = temporaryFolder();
    symlinkSync("/dev/full", join(stateFolder, connectionLogFiles.newer));
    const { log, add } = setup({ stateFolder });
    add("1", "2");
    expect(log.failures()).toEqual({ count: 2, last: expect.stringContaining("ENOSPC") });
  });

  test("what cannot be rotated leaves every other file of the process alone", () => {
    const maxBytes = 2 * measureLine();
    const { stateFolder, log, add, at } = setup({ maxBytes });
    // Nothing can be renamed to a folder that has something in it.
    mkdirSync(join(at("older"), "full"), { recursive: true });
    add("01", "02", "03");
    const other = openSync(join(stateFolder, "other"), "w");
    onTestFinished(() => closeSync(other));
    add("04");
    expect(fstatSync(other).size).toBe(0);
    expect(log.failures().count).toBe(2);
  });

  test.runIf(existsSync("/proc/self/fd"))("holds one file open, however often it rotates", () => {
    const { stateFolder, add } = setup({ maxBytes: measureLine() });
    add("01", "02", "03", "04");
    const open = readdirSync("/proc/self/fd").flatMap((descriptor) => {
      const file = `/proc/self/fd/${descriptor}`;
      return existsSync(file) ? [readlinkSync(file)] : [];
    });
    expect(open.filter((file) => file.startsWith(stateFolder))).toHaveLength(1);
  });

  test("goes on once it can be rotated again", () => {
    const { stateFolder, add, at } = setup({ maxBytes: 2 * measureLine() });
    mkdirSync(join(at("older"), "full"), { recursive: true });
    add("01", "02", "03");
    rmSync(at("older"), { recursive: true });
    add("04");
    expect(idsOf(readConnectionLog(stateFolder))).toEqual(["01", "02", "04"]);
  });

  test("what comes after it is closed is counted and goes nowhere", () => {
    const { stateFolder, log, add } = setup();
    log.close();
    const other = openSync(join(stateFolder, "other"), "w");
    onTestFinished(() => closeSync(other));
    add("1");
    log.close();
    expect(fstatSync(other).size).toBe(0);
    expect(log.failures().count).toBe(1);
  });

  test("its end is read without the rest, over both files", () => {
    const { stateFolder, add } = setup({ maxBytes: 2 * measureLine() });
    add("01", "02", "03");
    expect(idsOf(readLastConnections(stateFolder, 2))).toEqual(["02", "03"]);
    expect(readLastConnections(temporaryFolder(), 2)).toEqual([]);
  });
});

describe("following the log", () => {
  function follow(stateFolder: string) {
    const stop = new AbortController();
    const batches = followConnectionLog(stateFolder, stop.signal);
    onTestFinished(() => stop.abort());
    const next = async (): Promise<readonly LoggedConnection[]> =>
      (await batches.next()).value ?? [];
    /** Waits for so many more. */
    const take = async (count: number) => {
      const found: LoggedConnection[] = [];
      while (found.length < count) found.push(...(await next()));
      return idsOf(found);
    };
    return { next, take, stop: () => stop.abort(), batches };
  }

  test("begins with what is there", async () => {
    const { stateFolder, add } = setup();
    add("1", "2");
    const { next } = follow(stateFolder);
    expect(idsOf(await next())).toEqual(["1", "2"]);
  });

  test("waits for a log that is not there yet", async () => {
    const stateFolder = temporaryFolder();
    const { next, take } = follow(stateFolder);
    expect(await next()).toEqual([]);
    setup({ stateFolder }).add("1");
    expect(await take(1)).toEqual(["1"]);
  });

  test("misses nothing when the file is rotated between two looks", async () => {
    const { stateFolder, add } = setup({ maxBytes: 3 * measureLine() });
    add("01", "02");
    const { next, take } = follow(stateFolder);
    await next();
    add("03", "04");
    expect(await take(2)).toEqual(["03", "04"]);
    add("05", "06", "07");
    expect(await take(3)).toEqual(["05", "06", "07"]);
  });

  test("takes a line when all of it is there", async () => {
    const { stateFolder, add, at } = setup();
    add("1");
    const whole = readFileSync(at("newer"));
    const { next, take } = follow(stateFolder);
    await next();
    appendFileSync(at("newer"), whole.subarray(0, 20));
    expect(await next()).toEqual([]);
    appendFileSync(at("newer"), whole.subarray(20));
    expect(await take(1)).toEqual(["1"]);
  });

  test("ends when it is told to", async () => {
    const { batches, next, stop } = follow(temporaryFolder());
    await next();
    stop();
    expect(await batches.next()).toEqual({ done: true, value: undefined });
  });
});
