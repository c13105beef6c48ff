import { describe, expect, test } from "vitest";
import type { Batch } from "../../../src/cli/api/batch-api.ts";
import { toBatchText, toExitCode, toRowsTable } from "../../../src/cli/batch/batch-text.ts";

const noRows = { rows: 0, added: 0, known: 0, refused: 0, warnings: 0 };
const batch: Batch = {
  id: "0198c5",
  manufacturer: "acme",
  profile: "sensor",
  profileVersion: 3,
  status: "completed",
  dryRun: false,
  fileName: "reel.csv",
  bytes: 12_345_678,
  sha256: "0".repeat(64),
  format: "csv",
  createdAt: "2026-05-01T12:00:00Z",
  completedAt: "2026-05-01T12:01:30Z",
  counts: { rows: 1_000, added: 900, known: 60, refused: 40, warnings: 2 },
  progress: 1,
};

describe("the exit code of a batch", () => {
  const cases: readonly (readonly [Batch["status"], refused: number, code: number])[] = [
    ["completed", 0, 0],
    ["completed", 1, 3],
    ["completed", 10, 1],
    ["recalled", 0, 0],
    ["failed", 0, 1],
    ["expired", 0, 1],
    ["awaiting-approval", 1, 4],
    ["awaiting-upload", 0, 0],
    ["inspecting", 0, 0],
    ["ingesting", 3, 0],
  ];
  test.for(cases)("that is %s, with %d of 10 rows refused, is %d", ([status, refused, code]) => {
    expect(toExitCode({ ...batch, status, counts: { ...noRows, rows: 10, refused } })).toBe(code);
  });
});

describe("the summary of a batch", () => {
  test("has its counts, how long it took, and what there is no word of is left out", () => {
    expect(toBatchText(batch)).toMatchInlineSnapshot(`
      "! Batch 0198c5: completed
        file           reel.csv, 12.3 MB, csv
        manufacturer   acme
        profile        sensor, version 3
        rows           1,000
        added          900
        known already  60
        refused        40
        warnings       2
        took           1 min 30 s"
    `);
  });

  test("of one that failed says why, without what a terminal would obey", () => {
    const problem = { code: "MANIFEST_UNREADABLE", message: "\u001b[2Jno format" };
    const failed: Batch = { ...batch, status: "failed", counts: noRows, problem };
    expect(toBatchText(failed)).toContain("why           MANIFEST_UNREADABLE \ufffd[2Jno format");
  });
});

describe("the table of rows", () => {
  const row = {
    record: 7,
    severity: "refused" as const,
    code: "SUBJECT_MISMATCH",
    message: "The subject has no serial number, and the profile wants one to be there.",
    deviceId: "SN\u0007-1",
  };

  test("keeps to the columns there are, and harmless", () => {
    expect(toRowsTable([row], 80).split("\n")).toEqual([
      "Record  Device  Code              Why",
      "7       SN\ufffd-1   SUBJECT_MISMATCH  The subject has no serial number, and the",
      "                                  profile wants one to be there.",
    ]);
  });

  test("breaks no sentence where nobody watches, and tells warnings from refusals", () => {
    const warning = { ...row, severity: "warning" as const };
    const lines = toRowsTable([row, warning], Number.POSITIVE_INFINITY).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^7 {7}warning {2}SN/);
  });
});
