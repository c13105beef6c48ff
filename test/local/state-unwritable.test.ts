import { expect, test } from "vitest";
import { isUnwritable } from "../../src/local/state-unwritable.ts";

const sqlite = (errcode: number) => Object.assign(new Error("failed"), { errcode });
const system = (code: string, more = {}) => Object.assign(new Error("failed"), { code, ...more });

const cases: readonly [name: string, error: unknown, isThat: boolean][] = [
  ["a full disk, of SQLite", sqlite(13), true],
  ["a read-only folder, of SQLite with an extended code", sqlite(8 | (6 << 8)), true],
  ["a locked database", sqlite(5), false],
  ["a file that is no database", sqlite(26), false],
  ["a full disk", system("ENOSPC"), true],
  ["a read-only disk", system("EROFS"), true],
  ["a forbidden port", system("EACCES", { port: 80 }), false],
  ["a taken port", system("EADDRINUSE"), false],
  ["anything else", new Error("failed"), false],
  ["no error", "failed", false],
];

test.for(cases)("whether the disk is what failed: %s", ([, error, isThat]) => {
  expect(isUnwritable(error)).toBe(isThat);
});
