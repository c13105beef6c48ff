import { describe, expect, test } from "vitest";
import { createRecordFailure } from "../../src/onboarding/admit/record-failure.ts";
import type { CertificateRecord } from "../../src/onboarding/certificate-state.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { createEntry } from "../support/create-entry.ts";
import { createRecord, createRecords, createState } from "../support/memory-records.ts";

const certificateId = "ab".repeat(32);
const event = {
  certificateId,
  caCertificateId: "cd".repeat(32),
  timestamp: 1,
  certificateStatus: "PENDING_ACTIVATION",
};

function setup(record: CertificateRecord, conflicts = 0) {
  const records = createRecords([record], conflicts);
  const recordFailure = createRecordFailure({
    ...records,
    now: () => new Date("2026-05-01T00:00:00Z"),
    actor: "muster:onboard",
  });
  return {
    ...records,
    give: (error: unknown, message: unknown = event) =>
      recordFailure(message, error, "message-1", AbortSignal.timeout(1000)),
  };
}

describe("an event that is given up", () => {
  test.for([
    createRecord({ entries: [createEntry()] }),
    createRecord({ state: createState({ status: "onboarding" }) }),
  ])("is noted with its code where the certificate has a chain", async (record) => {
    const { give, changes } = setup(record);
    await give(new MusterError("ATTEMPT_IN_PROGRESS", "secret"));
    expect(changes).toEqual([
      {
        certificateId,
        expected: record,
        audit: {
          action: "given-up",
          actor: "muster:onboard",
          at: "2026-05-01T00:00:00.000Z",
          evidence: { code: "ATTEMPT_IN_PROGRESS", messageId: "message-1" },
        },
      },
    ]);
  });

  test("of a certificate that nobody knows is not noted", async () => {
    const { give, changes } = setup(createRecord());
    await give(new Error("x"));
    expect(changes).toEqual([]);
  });

  test("that is no registration event has no certificate to note it with", async () => {
    const { give, changes } = setup(createRecord({ entries: [createEntry()] }));
    await give(new MusterError("EVENT_INVALID", "x"), "junk");
    expect(changes).toEqual([]);
  });

  test("is tried again when the record changed meanwhile, five times at most", async () => {
    const patient = setup(createRecord({ entries: [createEntry()] }), 4);
    await patient.give(new Error("x"));
    expect(patient.changes).toHaveLength(5);
    const hopeless = setup(createRecord({ entries: [createEntry()] }), 5);
    await expect(hopeless.give(new Error("x"))).rejects.toMatchObject({ code: "STATE_CHANGED" });
  });
});
