import { describe, expect, test } from "vitest";
import type { Caller } from "../../src/api/caller.ts";
import {
  toCertificateView,
  toExplanation,
  toVisible,
} from "../../src/api/routes/certificate-views.ts";
import type { CertificateRecord } from "../../src/onboarding/certificate-state.ts";
import { createEntry } from "../support/create-entry.ts";
import { createRecord, createState } from "../support/memory-records.ts";

const at = "2026-05-01T00:00:00.000Z";
const own: Caller = { role: "manufacturer", manufacturer: "acme", actor: "token:1" };
const auditor: Caller = { role: "auditor", actor: "token:2" };

/** Claimed by two, held and revoked by an operator who says why. */
const disputed = createRecord({
  entries: [
    createEntry({ manufacturer: "acme", batch: "b-1" }),
    createEntry({ manufacturer: "rival", batch: "b-2" }),
  ],
  hold: { source: "operator", reason: "rival says it is theirs", by: "operator:eve", at },
  revocations: [{ manufacturer: "rival", reason: "rival asked", by: "operator:eve", at }],
  state: createState({
    manufacturer: "rival",
    batch: "b-2",
    thingName: "rival-1",
    findings: [{ code: "LEDGER_DISPUTED", detail: "acme and rival claim it." }],
  }),
});

function see(record: CertificateRecord, caller: Caller) {
  const visible = toVisible(record, caller);
  return visible && { view: toCertificateView(visible), explanation: toExplanation(visible) };
}

describe("a manufacturer sees of a certificate", () => {
  test("what it said itself and where it stands, and nothing of others or of operators", () => {
    const seen = see(disputed, own);
    expect(JSON.stringify(seen)).not.toMatch(/rival|eve|b-2/);
    expect(seen).toMatchObject({
      view: {
        state: { status: "quarantined", codes: ["LEDGER_DISPUTED"] },
        entries: [{ manufacturer: "acme", batch: "b-1" }],
        hold: { source: "operator", at },
        revocations: [{ at }],
      },
      explanation: { reasons: [{ code: "LEDGER_DISPUTED", outcome: "quarantine" }] },
    });
  });

  test("the thing and the batch, where it is its own", () => {
    const state = createState({ status: "admitted", manufacturer: "acme", thingName: "dev-1" });
    const record = createRecord({ entries: [createEntry({ manufacturer: "acme" })], state });
    expect(see(record, own)?.view.state).toMatchObject({ thingName: "dev-1" });
  });

  test.for([
    ["that another made", { entries: [createEntry({ manufacturer: "rival" })] }],
    ["that connected, and nobody made", { state: createState() }],
    ["that is held, and nobody made", { hold: disputed.hold }],
  ] as const)("nothing %s", ([, record]) => {
    expect(see(createRecord(record as Partial<CertificateRecord>), own)).toBeUndefined();
  });
});

describe("others see", () => {
  test("all that there is, but for bytes of certificates", () => {
    const seen = see(disputed, auditor);
    expect(seen?.view).toMatchObject({
      entries: [{ manufacturer: "acme" }, { manufacturer: "rival" }],
      hold: { reason: "rival says it is theirs", by: "operator:eve" },
      state: { thingName: "rival-1" },
    });
    expect(seen?.explanation.reasons[0]).toMatchObject({ detail: "acme and rival claim it." });
    for (const entry of seen?.view.entries ?? []) {
      expect(entry).not.toHaveProperty("certificate");
      expect(entry).not.toHaveProperty("chain");
    }
  });

  test("nothing, where there is nothing", () => {
    expect(see(createRecord(), auditor)).toBeUndefined();
  });
});
