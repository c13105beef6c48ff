import type {
  CertificateChange,
  CertificateRecord,
  CertificateState,
} from "../certificate-state.ts";
import type { SettleCertificate, Settlement } from "../settlement.ts";
import { isInFlight, type Timing } from "../timing.ts";
import { type UpdateRecordDeps, updateRecord } from "../update-record.ts";

export interface ChangeStandingDeps extends UpdateRecordDeps {
  readonly settleCertificate: SettleCertificate;
  readonly now: () => Date;
  readonly timing: Timing;
  /** Lets some time pass for an attempt in flight; without it, what is in flight is left to healing. */
  readonly pause?: (signal: AbortSignal) => Promise<void>;
  /** `operator:<name>` */
  readonly actor: string;
}

/** An operator's word on one certificate. */
interface StandingRequest {
  readonly certificateId: string;
  readonly act: "hold" | "release" | "revoke" | "release-claim";
  readonly reason: string;
  readonly signal: AbortSignal;
}

/**
 * Writes an operator's word into the ledger, then carries it out in AWS IoT.
 *
 * The word stands before AWS IoT is asked: an attempt in flight cannot finish over it, and what it
 * may have activated is looked at once more when no attempt can be in flight any more. A device that
 * never connected is only noted. `release` takes back holds and revocations alike. `release-claim`
 * takes out of the ledger what was said of who made it, so that whoever says it next is the first.
 *
 * Whoever dies after the word is written leaves it to healing, which finds it listed.
 *
 * @returns where the certificate stands now; undefined when it never connected, or when an attempt in
 *   flight has still to find the word.
 * @throws MusterError STATE_CHANGED when others kept changing it.
 */
export type ChangeStanding = (request: StandingRequest) => Promise<Settlement | undefined>;

/** Builds the use case. */
export function createChangeStanding(deps: ChangeStandingDeps): ChangeStanding {
  return async (request) => {
    await updateRecord(deps, request, (record) => toChange(deps, record, request));
    return carryOut(deps, request.certificateId, request.signal);
  };
}

async function carryOut(
  { readRecord, settleCertificate, now, timing, pause }: ChangeStandingDeps,
  certificateId: string,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  for (;;) {
    const record = await readRecord(certificateId, signal);
    if (record.state === undefined) return undefined;
    // It finds the word at its next write. To settle beside it would be two attempts at once.
    if (!isInFlight(record.state, now(), timing)) {
      return settleCertificate({ certificateId, signal, record });
    }
    if (pause === undefined) return undefined;
    await pause(signal);
  }
}

function toChange(
  { now, actor }: ChangeStandingDeps,
  record: CertificateRecord,
  { certificateId, act, reason }: StandingRequest,
): CertificateChange | undefined {
  const at = now().toISOString();
  const word = { reason, by: actor, at };
  const { entries } = record;
  // His word on it makes it Muster's, whoever registered it.
  const state = record.state && withoutOthers(record.state);
  // There is nothing to take back: no record says that there was.
  if (act === "release" && !record.hold && record.revocations.length === 0) return undefined;
  if (act === "release-claim" && entries.length === 0) return undefined;
  const change = {
    certificateId,
    expected: record,
    // Listed for healing until it is carried out.
    ...(state && { state: { ...state, recheckAt: at } }),
    audit: { action: actions[act], actor, at, evidence: { reason } },
  };
  if (act === "hold") return { ...change, hold: { source: "operator", ...word } };
  if (act === "revoke") {
    const manufacturer = entries[0]?.manufacturer ?? "";
    return { ...change, revocation: { manufacturer, ...word } };
  }
  if (act === "release-claim") {
    const released = entries.slice(0, entriesOfTransaction);
    const said = released.map(({ manufacturer, batch }) => ({ manufacturer, batch }));
    const audit = { ...change.audit, evidence: { reason, entries: said } };
    return { ...change, audit, releaseClaim: released };
  }
  return {
    ...change,
    hold: "release",
    revocation: "release",
    // Releasing hands the INACTIVE over to Muster, whoever set it.
    ...(state && { state: { ...state, recheckAt: at, parkedAt: at } }),
  };
}

function withoutOthers(state: CertificateState): CertificateState {
  const findings = state.findings.filter(({ code }) => code !== "REGISTERED_BY_OTHERS");
  return { ...state, findings };
}

/** A transaction takes 100 items, others of which are the state, its record and the claim. */
const entriesOfTransaction = 90;

const actions = {
  hold: "held",
  release: "released",
  revoke: "revoked",
  "release-claim": "claim-released",
} as const;
