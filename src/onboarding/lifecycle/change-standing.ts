import { MusterError } from "../../rules/errors.ts";
import type {
  CertificateChange,
  CertificateRecord,
  ChangeCertificate,
  ReadCertificateRecord,
} from "../certificate-state.ts";
import type { SettleCertificate, Settlement } from "../settlement.ts";

export interface ChangeStandingDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
  readonly settleCertificate: SettleCertificate;
  readonly now: () => Date;
  /** `operator:<name>` */
  readonly actor: string;
}

/** An operator's word on one certificate. */
interface StandingRequest {
  readonly certificateId: string;
  readonly act: "hold" | "release" | "revoke";
  readonly reason: string;
  readonly signal: AbortSignal;
}

/**
 * Writes an operator's word into the ledger, then carries it out in AWS IoT.
 *
 * The word stands before AWS IoT is asked: an attempt in flight cannot finish over it, and what it
 * may have activated is looked at once more when no attempt can be in flight any more. A device that
 * never connected is only noted. `release` takes back holds and revocations alike.
 *
 * @returns where the certificate stands now; undefined when it never connected.
 * @throws MusterError STATE_CHANGED when others kept changing it.
 */
export type ChangeStanding = (request: StandingRequest) => Promise<Settlement | undefined>;

const maxTries = 5;

/** Builds the use case. */
export function createChangeStanding(deps: ChangeStandingDeps): ChangeStanding {
  return async (request) => {
    const { certificateId, signal } = request;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const record = await deps.readRecord(certificateId, signal);
      const written = await deps.changeCertificate(toChange(deps, record, request), signal);
      if (written.result !== "written") continue;
      if (record.state === undefined) return undefined;
      return deps.settleCertificate({ certificateId, signal });
    }
    throw new MusterError("STATE_CHANGED", "The certificate's record kept changing; try again.");
  };
}

function toChange(
  { now, actor }: ChangeStandingDeps,
  record: CertificateRecord,
  { certificateId, act, reason }: StandingRequest,
): CertificateChange {
  const at = now().toISOString();
  const word = { reason, by: actor, at };
  const change = {
    certificateId,
    expected: record,
    audit: { action: actions[act], actor, at, evidence: { reason } },
  };
  if (act === "hold") return { ...change, hold: { source: "operator", ...word } };
  if (act === "revoke") {
    const manufacturer = record.entries[0]?.manufacturer ?? "";
    return { ...change, revocation: { manufacturer, ...word } };
  }
  return {
    ...change,
    hold: "release",
    revocation: "release",
    // Releasing hands the INACTIVE over to Muster, whoever set it.
    ...(record.state && { state: { ...record.state, parkedAt: at } }),
  };
}

const actions = { hold: "held", release: "released", revoke: "revoked" } as const;
