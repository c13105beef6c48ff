import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseEntry } from "../../../src/rules/decision/ledger.ts";
import { createEntry } from "../../support/create-entry.ts";

const at = (importedAt: string, batch: string) => createEntry({ importedAt, batch });

describe("the entry that speaks for a certificate", () => {
  const old = at("2026-01-01T00:00:00.000Z", "b-9");
  const first = at("2026-02-01T00:00:00.000Z", "b-1");
  const second = at("2026-02-01T00:00:00.000Z", "b-2");

  test("is none of none", () => {
    expect(chooseEntry([])).toBeUndefined();
  });
  test("is the newest", () => {
    expect(chooseEntry([old, first])).toBe(first);
    expect(chooseEntry([first, old])).toBe(first);
  });
  test("is that of the greater batch id among equally new ones", () => {
    expect(chooseEntry([first, second])).toBe(second);
    expect(chooseEntry([second, first])).toBe(second);
  });

  test("is the same in whatever order they are read", () => {
    const entries = fc.array(
      fc
        .tuple(fc.constantFrom("2026-01-01", "2026-02-01"), fc.constantFrom("a", "b", "c"))
        .map(([day, batch]) => at(day, batch)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(entries, (some) => {
        const chosen = chooseEntry(some);
        expect(chooseEntry(some.toReversed())).toEqual(chosen);
        expect(some).toContain(chosen);
      }),
    );
  });
});
