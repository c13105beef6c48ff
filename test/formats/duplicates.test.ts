import { describe, expect, test } from "vitest";
import { createDuplicateCheck, createDuplicateFinder } from "../../src/formats/duplicates.ts";
import type { ManifestRecord } from "../../src/formats/manifest-format.ts";
import { createFacts } from "../support/create-facts.ts";
import { toLines } from "./support.ts";

function record(number: number, deviceId: string | undefined, seed: number): ManifestRecord {
  const certificateId = (BigInt(seed) * 0x9e3779b97f4a7c15n).toString(16).padStart(64, "0");
  return {
    kind: "record",
    record: number,
    leaf: new Uint8Array(),
    facts: { ...createFacts(), certificateId: certificateId.split("").reverse().join("") },
    chain: [],
    ...(deviceId !== undefined && { deviceId }),
    attributes: {},
    verified: "none",
    warnings: [],
  };
}

describe("what a manifest says twice", () => {
  test("is a warning for a certificate, a problem for an id of two", () => {
    const check = createDuplicateCheck();
    const rows = [
      record(1, "a", 1),
      record(2, "a", 1),
      record(3, "A", 2),
      record(4, "b", 1),
      record(5, undefined, 3),
      record(6, undefined, 3),
    ].map(check);
    expect(toLines(rows)).toEqual([
      "1: a",
      "2: a (CERTIFICATE_TWICE)",
      "3: DEVICE_ID_TWICE",
      "4: b (CERTIFICATE_TWICE)",
      expect.stringMatching(/^5: [^(]*$/),
      expect.stringMatching(/^6: .* \(CERTIFICATE_TWICE\)$/),
    ]);
  });

  test("is found among many", () => {
    const check = createDuplicateCheck();
    const count = 20_000;
    for (let index = 1; index <= count; index += 1) {
      expect(check(record(index, `d${index}`, index))).toMatchObject({ warnings: [] });
    }
    for (const index of [1, 777, count]) {
      expect(check(record(index, `d${index}`, index))).toMatchObject({
        warnings: [{ code: "CERTIFICATE_TWICE" }],
      });
      expect(check(record(index, `D${index}`, count + index))).toMatchObject({
        code: "DEVICE_ID_TWICE",
      });
    }
  });

  test("is found by names alone, as the first rows hold them", () => {
    const find = createDuplicateFinder();
    const [one, other] = ["1".repeat(64), "2".repeat(64)];
    expect([
      find(one, "a"),
      find(one, "a"),
      find(other, "A"),
      // A row that was refused holds nothing.
      find(other, "b"),
      find(other, undefined),
    ]).toEqual([undefined, "certificate", "id", undefined, "certificate"]);
  });
});
