import type { LedgerEntry } from "../../src/rules/decision/ledger.ts";

/** A manufacturer's ledger entry, but for what is given. */
export function createEntry(deviations: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    manufacturer: "acme",
    batch: "b-1",
    profile: "sensor",
    matchedBy: "certificate",
    attributes: {},
    chain: [],
    importedAt: "2026-05-01T00:00:00.000Z",
    ...deviations,
  };
}
