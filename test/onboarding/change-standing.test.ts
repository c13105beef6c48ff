import { describe, expect, test } from "vitest";
import type { CertificateRecord } from "../../src/onboarding/certificate-state.ts";
import { createChangeStanding } from "../../src/onboarding/lifecycle/change-standing.ts";
import type { Settlement } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { createEntry } from "../support/create-entry.ts";
import { createRecord, createRecords, createState } from "../support/memory-records.ts";

const certificateId = "ab".repeat(32);
const at = "2026-05-01T00:00:00.000Z";
const settlement: Settlement = { status: "quarantined", findings: [], changed: true };
const word = { reason: "stolen", by: "operator:eve", at };

function setup(record: CertificateRecord, conflicts = 0) {
  const records = createRecords([record], conflicts);
  const settled: string[] = [];
  const changeStanding = createChangeStanding({
    ...records,
    settleCertificate: async (request) => {
      settled.push(request.certificateId);
      return settlement;
    },
    now: () => new Date(at),
    timing: defaultTiming,
    actor: "operator:eve",
  });
  return {
    ...records,
    settled,
    act: (act: "hold" | "release" | "revoke") =>
      changeStanding({ certificateId, act, reason: "stolen", signal: AbortSignal.timeout(1000) }),
  };
}

const audit = (action: string) => ({
  action,
  actor: "operator:eve",
  at,
  evidence: { reason: "stolen" },
});

describe("an operator's word", () => {
  const state = createState();
  const record = createRecord({ entries: [createEntry()], state });

  test("to hold is written on the record that was read, then carried out", async () => {
    const { act, changes, settled } = setup(record);
    expect(await act("hold")).toBe(settlement);
    expect(changes).toEqual([
      {
        certificateId,
        expected: record,
        state: { ...state, recheckAt: at },
        audit: audit("held"),
        hold: { source: "operator", ...word },
      },
    ]);
    expect(settled).toEqual([certificateId]);
  });

  test("to revoke is written as the manufacturer's of its entry", async () => {
    const { act, changes } = setup(record);
    await act("revoke");
    expect(changes).toEqual([
      {
        certificateId,
        expected: record,
        state: { ...state, recheckAt: at },
        audit: audit("revoked"),
        revocation: { manufacturer: "acme", ...word },
      },
    ]);
  });

  test("to revoke is written without an entry too", async () => {
    const { act, changes } = setup(createRecord());
    await act("revoke");
    expect(changes[0]?.revocation).toEqual({ manufacturer: "", ...word });
  });

  const hold = { source: "operator" as const, reason: "r", by: "eve", at };
  const revocations = [{ manufacturer: "acme", reason: "r", by: "eve", at }];

  test.for([{ hold }, { revocations }, { hold, revocations }])(
    "to release takes back %o, and makes the INACTIVE Muster's own",
    async (words) => {
      const spoken = { ...record, ...words };
      const { act, changes } = setup(spoken);
      await act("release");
      expect(changes).toEqual([
        {
          certificateId,
          expected: spoken,
          audit: audit("released"),
          hold: "release",
          revocation: "release",
          state: { ...state, recheckAt: at, parkedAt: at },
        },
      ]);
    },
  );

  test("to release what nobody holds is no word; the device is brought to what stands", async () => {
    const { act, changes, settled } = setup(record);
    expect(await act("release")).toBe(settlement);
    expect(changes).toEqual([]);
    expect(settled).toEqual([certificateId]);
  });

  test.for(["hold", "revoke"] as const)(
    "%s on a device that never connected is noted, and nothing is carried out",
    async (act) => {
      const { changes, settled, ...standing } = setup(createRecord({ entries: [createEntry()] }));
      expect(await standing.act(act)).toBeUndefined();
      expect(changes).toHaveLength(1);
      expect(changes[0]).not.toHaveProperty("state");
      expect(settled).toEqual([]);
    },
  );

  test("is written again when the record changed meanwhile, five times at most", async () => {
    const patient = setup(record, 4);
    await patient.act("hold");
    expect(patient.changes).toHaveLength(5);
    expect(patient.settled).toHaveLength(1);
    const hopeless = setup(record, 5);
    await expect(hopeless.act("hold")).rejects.toMatchObject({ code: "STATE_CHANGED" });
    expect(hopeless.changes).toHaveLength(5);
    expect(hopeless.settled).toEqual([]);
  });

  test.for(["onboarding", "parking"] as const)(
    "on a device that is being worked on (%s) is left for that attempt to find",
    async (status) => {
      const busy = createRecord({ state: createState({ status, since: at }) });
      const { act, changes, settled } = setup(busy);
      expect(await act("hold")).toBeUndefined();
      expect(changes).toHaveLength(1);
      expect(settled).toEqual([]);
    },
  );
});
