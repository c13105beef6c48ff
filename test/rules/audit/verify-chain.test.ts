import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AuditRecord,
  appendRecord,
  type ChainHead,
  emptyChain,
  hashRecord,
} from "../../../src/rules/audit/audit-record.ts";
import { verifyChain } from "../../../src/rules/audit/verify-chain.ts";

const subject = "CERT#a";

interface Chain {
  readonly records: readonly AuditRecord[];
  readonly head: ChainHead;
}

/** A whole chain. */
function setup(length: number, about = subject): Chain {
  const records: AuditRecord[] = [];
  for (let at = 1; at <= length; at += 1) {
    records.push(
      appendRecord(about, records.at(-1) ?? emptyChain, {
        action: "held",
        actor: "operator:eve",
        at: `2026-05-${String(at).padStart(2, "0")}T00:00:00.000Z`,
        evidence: { at },
      }),
    );
  }
  const { sequence, hash } = records.at(-1) ?? emptyChain;
  return { records, head: { sequence, hash } };
}

const { records, head } = setup(4);
const [first, second, third, fourth] = records as [
  AuditRecord,
  AuditRecord,
  AuditRecord,
  AuditRecord,
];
const [foreign] = setup(1, "CERT#b").records as [AuditRecord];
const breaksOf = (some: readonly AuditRecord[], end: ChainHead = head) =>
  verifyChain(subject, some, end).map(({ code, sequence }) => [code, sequence]);
/** As one would who can compute hashes. */
const rehashed = (record: AuditRecord): AuditRecord => ({ ...record, hash: hashRecord(record) });

describe("verifyChain", () => {
  test.for([0, 1, 2, 9])("finds nothing in a whole chain of %i", (length) => {
    const whole = setup(length);
    expect(verifyChain(subject, whole.records, whole.head)).toEqual([]);
  });

  type Break = readonly [code: string, sequence: number];
  const cases: readonly (readonly [what: string, Chain["records"], readonly Break[]])[] = [
    [
      "an altered record",
      [first, { ...second, actor: "operator:adam" }, third, fourth],
      [["RECORD_ALTERED", 2]],
    ],
    [
      "a field put into a record",
      [first, { ...second, note: "x" } as AuditRecord, third, fourth],
      [["RECORD_ALTERED", 2]],
    ],
    [
      "an altered record with its hash made anew",
      [first, rehashed({ ...second, actor: "operator:adam" }), third, fourth],
      [["LINK_BROKEN", 3]],
    ],
    [
      "the last record altered with its hash made anew",
      [first, second, third, rehashed({ ...fourth, actor: "operator:adam" })],
      [["HEAD_MISMATCH", 4]],
    ],
    [
      "an altered hash",
      [first, { ...second, hash: "0".repeat(64) }, third, fourth],
      [
        ["RECORD_ALTERED", 2],
        ["LINK_BROKEN", 3],
      ],
    ],
    ["the first record removed", [second, third, fourth], [["RECORD_MISSING", 1]]],
    ["a record removed", [first, second, fourth], [["RECORD_MISSING", 3]]],
    ["the last record removed", [first, second, third], [["HEAD_MISMATCH", 4]]],
    ["all records removed", [], [["HEAD_MISMATCH", 4]]],
    ["a record put in twice", [first, second, second, third, fourth], [["RECORD_MISSING", 3]]],
    [
      "two records exchanged",
      [first, third, second, fourth],
      [
        ["RECORD_MISSING", 2],
        ["RECORD_MISSING", 4],
        ["RECORD_MISSING", 3],
      ],
    ],
    [
      "another subject's record in place of one",
      [foreign, second, third, fourth],
      [
        ["SUBJECT_MIXED", 1],
        ["LINK_BROKEN", 2],
      ],
    ],
    [
      "a record added at the end",
      [...records, appendRecord(subject, head, { ...fourth, action: "released" })],
      [["HEAD_MISMATCH", 4]],
    ],
  ];
  test.for(cases)("shows %s", ([, some, breaks]) => {
    expect(breaksOf(some)).toEqual(breaks);
  });

  test("shows a head of another hash, or of another length", () => {
    expect(breaksOf(records, { ...head, hash: "0".repeat(64) })).toEqual([["HEAD_MISMATCH", 4]]);
    expect(breaksOf(records, { ...head, sequence: 5 })).toEqual([["HEAD_MISMATCH", 5]]);
    expect(breaksOf([], emptyChain)).toEqual([]);
  });

  test("says where in words", () => {
    const details = (some: readonly AuditRecord[]) =>
      verifyChain(subject, some, head).map(({ detail }) => detail);
    expect(details([foreign, fourth])).toEqual([
      "The record is about CERT#b.",
      "Record 2 is missing; 4 follows 1.",
    ]);
    expect(details([first, rehashed({ ...second, action: "x" }), third])).toEqual([
      "It does not follow record 2.",
      "The state says the chain ends with record 4; it ends with 3.",
    ]);
    expect(details([{ ...first, action: "x" }, second, third, fourth])).toEqual([
      "Its content does not match its hash.",
    ]);
  });

  test("shows whatever is done to the records while the head stands", () => {
    fc.assert(
      fc.property(tamperings, ({ length, tamper }) => {
        const whole = setup(length);
        const tampered = tamper(whole.records);
        fc.pre(JSON.stringify(tampered) !== JSON.stringify(whole.records));
        expect(verifyChain(subject, tampered, whole.head)).not.toEqual([]);
      }),
    );
  });
});

type Tamper = (records: readonly AuditRecord[]) => readonly AuditRecord[];

const changes = fc.constantFrom<Partial<AuditRecord>>(
  { action: "x" },
  { actor: "x" },
  { at: "x" },
  { evidence: {} },
  { subject: "CERT#b" },
  { sequence: 7 },
  { sequence: 1 },
  { previousHash: "x" },
  { hash: "x" },
);
const index = fc.nat({ max: 7 });
const tamper: fc.Arbitrary<Tamper> = fc.oneof(
  fc.tuple(index, changes, fc.boolean()).map(
    ([at, change, rehash]): Tamper =>
      (some) =>
        some.map((record, each) => {
          if (each !== at % some.length) return record;
          const altered = { ...record, ...change };
          return rehash ? rehashed(altered) : altered;
        }),
  ),
  index.map(
    (at): Tamper =>
      (some) =>
        some.toSpliced(at % some.length, 1),
  ),
  index.map(
    (at): Tamper =>
      (some) =>
        some.slice(0, at % some.length),
  ),
  fc.tuple(index, index).map(
    ([from, to]): Tamper =>
      (some) => {
        const moved = some.slice(from % some.length, (from % some.length) + 1);
        return some.toSpliced(from % some.length, 1).toSpliced(to % some.length, 0, ...moved);
      },
  ),
  fc.tuple(index, index).map(
    ([from, to]): Tamper =>
      (some) =>
        some.toSpliced(
          to % some.length,
          0,
          ...some.slice(from % some.length, (from % some.length) + 1),
        ),
  ),
);
const tamperings = fc.record({ length: fc.integer({ min: 1, max: 8 }), tamper });
