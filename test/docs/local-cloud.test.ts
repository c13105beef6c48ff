import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { schema } from "../../src/iot-core/registry/schema.ts";
import { stateFiles } from "../../src/local/state-files.ts";
import { localStatus } from "../../src/local/status/local-status.ts";

const page = readFileSync(new URL("../../docs/guide/local-cloud.md", import.meta.url), "utf8");

/** What stands in code in the first column of the table under a heading. */
function readNames(heading: string): readonly string[] {
  const [, table = ""] = page.split(`\n| ${heading} |`);
  const [rows = ""] = table.split("\n\n");
  return [...rows.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name.replace(/\/$/, "")),
  );
}

test("the guide names every table of the stand-in's state", () => {
  const tables = [...schema.matchAll(/CREATE TABLE (\w+)/g)].map(([, name = ""]) => name);
  expect(tables).not.toEqual([]);
  expect(readNames("table of `iot-core.sqlite`").toSorted()).toEqual(tables.toSorted());
});

test("the guide names every file of the state folder, but what belongs to a database", () => {
  const files = stateFiles.filter((name) => !/-(wal|shm)$/.test(name));
  expect(readNames("file").toSorted()).toEqual(files.toSorted());
});

test("the guide names every field of the status", () => {
  expect(readNames("field").toSorted()).toEqual(Object.keys(localStatus.shape).toSorted());
});
