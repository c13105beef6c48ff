import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Outcome,
  type ReasonCode,
  reasons,
  toOutcome,
} from "../../../src/rules/decision/reason-codes.ts";

/** Written out a second time on purpose: a code that changes sides changes who gets in. */
const outcomes: Readonly<Record<ReasonCode, Outcome>> = {
  NOT_IN_LEDGER: "quarantine",
  LEDGER_DISPUTED: "quarantine",
  ENTRY_REVOKED: "reject",
  BATCH_RECALLED: "reject",
  BATCH_MISSING: "quarantine",
  IOT_LIMIT_REACHED: "quarantine",
  MANUFACTURER_SUSPENDED: "quarantine",
  MANUFACTURER_MISSING: "quarantine",
  PROFILE_NOT_ALLOWED: "quarantine",
  PROFILE_MISSING: "quarantine",
  ISSUER_NOT_TRUSTED: "quarantine",
  ISSUER_INVALID: "quarantine",
  PATH_LENGTH_EXCEEDED: "reject",
  SIGNATURE_INVALID: "reject",
  CERTIFICATE_UNREADABLE: "reject",
  CERTIFICATE_EXPIRED: "reject",
  CERTIFICATE_NOT_YET_VALID: "quarantine",
  CERTIFICATE_IS_CA: "reject",
  KEY_NOT_ALLOWED: "reject",
  SIGNATURE_ALGORITHM_NOT_ALLOWED: "reject",
  KEY_USAGE_MISMATCH: "reject",
  EXTENDED_KEY_USAGE_MISMATCH: "reject",
  SUBJECT_MISMATCH: "quarantine",
  UNKNOWN_CRITICAL_EXTENSION: "reject",
  PUBLIC_KEY_REUSED: "quarantine",
  THING_NAME_TAKEN: "quarantine",
  THING_NAME_INVALID: "quarantine",
  THING_ATTRIBUTE_INVALID: "quarantine",
  PROFILE_NOT_APPLIED: "quarantine",
  CERTIFICATE_NOT_IN_IOT: "quarantine",
  REGISTERED_BY_OTHERS: "quarantine",
  REFUSED_BY_IOT: "quarantine",
  HELD: "quarantine",
  REVOKED_IN_IOT: "reject",
  CERTIFICATE_REVOKED_BY_ISSUER: "reject",
};
const codes = Object.keys(reasons) as ReasonCode[];
const find = (code: ReasonCode) => ({ code, detail: "" });

describe("the outcome", () => {
  test("of no finding is admit", () => {
    expect(toOutcome([])).toBe("admit");
  });

  test.for(Object.entries(outcomes))("of %s alone is %s", ([code, outcome]) => {
    expect(toOutcome([find(code as ReasonCode)])).toBe(outcome);
  });

  test("of several is reject when any of them is", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...codes), { minLength: 1 }), (found) => {
        const rejected = found.some((code) => outcomes[code] === "reject");
        expect(toOutcome(found.map(find))).toBe(rejected ? "reject" : "quarantine");
      }),
    );
  });
});

test.for(codes)("%s says in whole sentences what it means and what to do", (code) => {
  expect(reasons[code].meaning).toMatch(/^[A-Z].{20,}\.$/);
  expect(reasons[code].remedy).toMatch(/^[A-Z].{10,}\.$/);
});
