import type {
  CertificateChange,
  CertificateRecord,
  CertificateState,
  ChangeCertificate,
} from "../../src/onboarding/certificate-state.ts";
import { emptyChain } from "../../src/rules/audit/audit-record.ts";

/** A certificate's record, but for what is given. */
export function createRecord(deviations: Partial<CertificateRecord> = {}): CertificateRecord {
  return {
    certificateId: "ab".repeat(32),
    entries: [],
    revocations: [],
    revision: 0,
    chain: emptyChain,
    ...deviations,
  };
}

export function createState(deviations: Partial<CertificateState> = {}): CertificateState {
  return {
    status: "quarantined",
    attempt: 1,
    since: "2026-05-01T00:00:00.000Z",
    findings: [{ code: "NOT_IN_LEDGER", detail: "" }],
    ...deviations,
  };
}

/** Records that are read as given, and the changes asked for; the first `conflicts` are refused. */
export function createRecords(records: readonly CertificateRecord[], conflicts = 0) {
  const changes: CertificateChange[] = [];
  const changeCertificate: ChangeCertificate = async (change) => {
    changes.push(change);
    return changes.length > conflicts
      ? { result: "written", revision: 1, chain: emptyChain }
      : { result: "state-changed" };
  };
  return {
    changes,
    changeCertificate,
    readRecord: async (certificateId: string) =>
      records.find((record) => record.certificateId === certificateId) ??
      createRecord({ certificateId }),
  };
}
