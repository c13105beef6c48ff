import { describe, expect, test } from "vitest";
import { findEarlierHolder, type IdHolder } from "../../../src/rules/batch/id-holder.ts";

const own = { certificateId: "own", batch: "b-5" };

function holder(deviations: Partial<IdHolder> = {}): IdHolder {
  return { certificateId: "other", batch: "b-1", since: "2026-05-01T00:00:00.000Z", ...deviations };
}

const later = "2026-05-02T00:00:00.000Z";

interface Case {
  readonly name: string;
  readonly holders: readonly IdHolder[];
  readonly recalled?: readonly string[];
  readonly found: IdHolder | undefined;
}

const cases: readonly Case[] = [
  { name: "nobody", holders: [], found: undefined },
  { name: "another certificate of another batch", holders: [holder()], found: holder() },
  {
    name: "the same certificate of another batch",
    holders: [holder({ certificateId: "own" })],
    found: undefined,
  },
  {
    name: "another certificate of the same batch",
    holders: [holder({ batch: "b-5" })],
    found: undefined,
  },
  { name: "a recalled batch", holders: [holder()], recalled: ["b-1"], found: undefined },
  {
    name: "the later of two, in either order of batches",
    holders: [holder({ batch: "b-1", since: later }), holder({ batch: "b-2" })],
    found: holder({ batch: "b-1", since: later }),
  },
  {
    name: "the greater batch of two at once",
    holders: [holder({ batch: "b-1" }), holder({ batch: "b-2" })],
    found: holder({ batch: "b-2" }),
  },
  {
    name: "the greater certificate of two in one batch",
    holders: [holder({ certificateId: "y" }), holder({ certificateId: "z" })],
    found: holder({ certificateId: "z" }),
  },
  {
    name: "the earlier of two, where the later is recalled",
    holders: [holder(), holder({ batch: "b-2", since: later })],
    recalled: ["b-2"],
    found: holder(),
  },
];

describe("who had an id before", () => {
  test.for(cases)("$name", ({ holders, recalled = [], found }) => {
    const blocked = new Set(recalled);
    expect(findEarlierHolder(own, holders, blocked)).toEqual(found);
    expect(findEarlierHolder(own, holders.toReversed(), blocked)).toEqual(found);
  });
});
