import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { toCommands } from "../support/list-commands.ts";
import { callTable, toActions, toCommandName, writes } from "./call-table.ts";
import { readPackaged, readSources } from "./read-packaged.ts";
import { readRights } from "./read-rights.ts";

const { resources } = await readPackaged();
const sources = await readSources();
const names = (await readdir("functions")).map((file) => basename(file, ".ts"));

test("there is a table of calls for each function", () => {
  expect(Object.keys(callTable).toSorted()).toEqual(names.toSorted());
});

describe.for(names)("the role of %s", (name) => {
  const { notCalled = {}, forAws = {} } = callTable[name] ?? {};
  const role = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Role`;
  const allowed = Object.keys(readRights(resources[role]));

  test("allows what the commands in its bundle ask for, and nothing else", () => {
    const bundled = toCommands(sources[name] ?? []).map(toCommandName);
    const called = bundled.filter((command) => !(command in notCalled));
    const expected = toActions(called);
    expect(expected.filter((action) => !allowed.includes(action))).toEqual([]);
    // Which of a transaction's writes are called for is observed.
    const observed = called.includes("dynamodb/TransactWriteItems") ? writes : new Set();
    const explained = new Set([...expected, ...observed, ...Object.keys(forAws)]);
    expect(allowed.filter((action) => !explained.has(action))).toEqual([]);
    // Reasons for what is not there any more.
    expect(Object.keys(notCalled).filter((command) => !bundled.includes(command))).toEqual([]);
  });

  test("allows nothing that is said not to be called, and all that AWS does with it", () => {
    const said = toActions(Object.keys(notCalled));
    expect(said.filter((action) => allowed.includes(action))).toEqual([]);
    expect(Object.keys(forAws).filter((action) => !allowed.includes(action))).toEqual([]);
  });
});
