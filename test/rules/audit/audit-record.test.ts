import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appendRecord, emptyChain, hashRecord } from "../../../src/rules/audit/audit-record.ts";
import { toSubject } from "../../../src/rules/audit/subject.ts";

const event = {
  action: "held",
  actor: "operator:eve",
  at: "2026-05-01T00:00:00.000Z",
  evidence: { reason: "stolen", n: 1 },
};

describe("an audit record", () => {
  test("is the event, its place, and the SHA-256 of both as canonical JSON", () => {
    // printf '%s' '{"action":"held",…}' | sha256sum, the keys in order.
    expect(appendRecord("CERT#a", emptyChain, event)).toEqual({
      ...event,
      subject: "CERT#a",
      sequence: 1,
      previousHash: "0".repeat(64),
      hash: "3ab0dfd638639895020e2c33215243f75967c86a0ae5df4dc3ea5a7a98b76398",
    });
  });

  test("follows the head it is given", () => {
    const head = { sequence: 41, hash: "ab".repeat(32) };
    expect(appendRecord("CERT#a", head, event)).toMatchObject({
      sequence: 42,
      previousHash: "ab".repeat(32),
    });
  });

  test("has one hash in whatever order its fields are, absent ones and its own hash not counted", () => {
    const { hash, ...record } = appendRecord("CERT#a", emptyChain, event);
    const reversed = Object.fromEntries(Object.entries(record).reverse()) as typeof record;
    expect(hashRecord(reversed)).toBe(hash);
    const evidence = { n: 1, reason: "stolen", nothing: undefined };
    expect(hashRecord({ ...record, evidence })).toBe(hash);
    expect(hashRecord({ ...record, hash: "other" } as typeof record)).toBe(hash);
  });

  test("has the hash of its content alone, also after JSON", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
        const evidence = JSON.parse(JSON.stringify(json));
        const { hash, ...record } = appendRecord("CERT#a", emptyChain, { ...event, evidence });
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(hashRecord(JSON.parse(JSON.stringify(record)))).toBe(hash);
      }),
    );
  });
});

test("a subject is its kind and its id", () => {
  expect(toSubject("PROFILE", "sensor")).toBe("PROFILE#sensor");
});
