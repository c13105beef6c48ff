import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Claim, judgeClaim, type Statement } from "../../../src/rules/batch/judge-claim.ts";

const statement: Statement = { manufacturer: "acme", batch: "b-2", profile: "sensor" };
const claim: Claim = { manufacturer: "acme", profile: "sensor", batches: ["b-1"] };
const add = (after: Partial<Claim>) => ({
  verdict: "add",
  claim: { ...claim, batches: ["b-1", "b-2"], ...after },
});
const refused = (code: string) => ({ verdict: "refused", code });

const cases: readonly {
  readonly name: string;
  readonly said?: Partial<Statement>;
  readonly standing: Partial<Claim> | undefined;
  readonly recalled?: string;
  readonly expected: object;
}[] = [
  { name: "of nobody is taken", standing: undefined, expected: add({ batches: ["b-2"] }) },
  {
    name: "of nobody is taken with its device id",
    said: { deviceId: "d" },
    standing: undefined,
    expected: add({ batches: ["b-2"], deviceId: "d" }),
  },
  {
    name: "is known by its device id in another spelling, and keeps the first",
    said: { deviceId: "AA:BB:CC:00:11:22" },
    standing: { deviceId: "aabbcc001122" },
    expected: { verdict: "known" },
  },
  {
    name: "for another profile keeps the first spelling of its device id",
    said: { deviceId: "D", profile: "gateway" },
    standing: { deviceId: "d" },
    expected: add({ deviceId: "d", profile: "gateway" }),
  },
  { name: "said before is known", standing: {}, expected: { verdict: "known" } },
  {
    name: "of another manufacturer is disputed",
    standing: { manufacturer: "other" },
    expected: refused("LEDGER_DISPUTED"),
  },
  {
    name: "of another manufacturer is disputed, recalled or not",
    standing: { manufacturer: "other" },
    recalled: "b-1",
    expected: refused("LEDGER_DISPUTED"),
  },
  {
    name: "of this batch was added",
    standing: { batches: ["b-1", "b-2", "b-3"], profile: "gateway" },
    expected: { verdict: "added" },
  },
  {
    name: "of this batch was added, whatever was recalled since",
    standing: { batches: ["b-1", "b-2"] },
    recalled: "b-1",
    expected: { verdict: "added" },
  },
  {
    name: "of a recalled batch stays out",
    standing: {},
    recalled: "b-1",
    expected: refused("BATCH_RECALLED"),
  },
  {
    name: "under another profile is said anew",
    standing: { profile: "gateway" },
    expected: add({}),
  },
  {
    name: "with a device id where there was none is said anew",
    said: { deviceId: "d" },
    standing: {},
    expected: add({ deviceId: "d" }),
  },
  {
    name: "without a device id is known by the one that stands",
    standing: { deviceId: "d" },
    expected: { verdict: "known" },
  },
  {
    name: "under another profile takes over the device id",
    standing: { profile: "gateway", deviceId: "d" },
    expected: add({ deviceId: "d" }),
  },
  {
    name: "with another device id conflicts",
    said: { deviceId: "e" },
    standing: { deviceId: "d" },
    expected: refused("DEVICE_ID_CONFLICT"),
  },
];

describe("a claim", () => {
  test.for(cases)("$name", ({ said, standing, recalled, expected }) => {
    const verdict = judgeClaim(
      { ...statement, ...said },
      standing && { ...claim, ...standing },
      new Set(recalled === undefined ? [] : [recalled]),
    );
    expect(verdict).toEqual(expected);
  });

  test("that was taken is taken again the same, whatever is said of it in between", () => {
    const said = fc.record({
      manufacturer: fc.constantFrom("acme", "other"),
      batch: fc.constantFrom("b-1", "b-2", "b-3", "b-4"),
      profile: fc.constantFrom("sensor", "gateway"),
      deviceId: fc.constantFrom("d", "e"),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 12 }), (statements) => {
        let standing: Claim | undefined;
        const added: Statement[] = [];
        for (const each of statements) {
          const verdict = judgeClaim(each, standing, new Set());
          if (verdict.verdict !== "add") continue;
          standing = verdict.claim;
          added.push(each);
        }
        const owners = new Set(added.map(({ manufacturer }) => manufacturer));
        expect(owners.size).toBeLessThanOrEqual(1);
        expect(new Set(added.map(({ deviceId }) => deviceId)).size).toBeLessThanOrEqual(1);
        for (const each of added) {
          expect(judgeClaim(each, standing, new Set())).toEqual({ verdict: "added" });
        }
      }),
    );
  });
});
