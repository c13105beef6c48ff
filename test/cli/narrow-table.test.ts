import { describe, expect, test } from "vitest";
import { toTable } from "../../src/cli/output.ts";

const head = ["Subject", "Id", "Manufacturer", "Note", "Mode"];
const rows = [["CN=Device CA", "ab".repeat(32), "acme", "", "SNI_ONLY"]];

describe("a table", () => {
  test("that a terminal has no room for is a few lines a row, with every cell whole", () => {
    expect(toTable(head, rows, 80)).toBe(
      `CN=Device CA\n  Id ${"ab".repeat(32)}\n  Manufacturer acme  Mode SNI_ONLY`,
    );
  });

  test("that there is room for has a line a row", () => {
    expect(toTable(head, rows, 120).split("\n")).toHaveLength(2);
  });
});
