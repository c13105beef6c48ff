import { toErrorCode } from "../../rules/errors.ts";
import type {
  CertificateRecord,
  ChangeCertificate,
  ReadCertificateRecord,
} from "../certificate-state.ts";
import type { IotControl } from "../iot-control.ts";
import type { SettleCertificate, Settlement } from "../settlement.ts";
import { isInFlight, type Timing } from "../timing.ts";
import { type ListCertificates, listAll } from "./listings.ts";

export interface HealDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
  readonly settleCertificate: SettleCertificate;
  readonly describeCertificate: IotControl["describeCertificate"];
  readonly listCertificates: ListCertificates;
  readonly now: () => Date;
  readonly timing: Timing;
}

export interface HealRequest {
  readonly signal: AbortSignal;
  /** Only certificates of a batch that has just landed; else all that may need it. */
  readonly landed?: ReadonlySet<string>;
}

export interface HealSummary {
  readonly looked: number;
  readonly admitted: number;
  readonly changed: number;
  /** Certificates that could not be settled now, with the code; they come up again next time. */
  readonly failed: readonly { readonly certificateId: string; readonly code: string }[];
}

/**
 * Decides again what is out or was left half-way, and carries the new decision out.
 *
 * One certificate that cannot be settled holds up no other.
 */
export type HealCertificates = (request: HealRequest) => Promise<HealSummary>;

/** Certificates settled at once; AWS IoT's quota is ten per second for all. */
const atOnce = 4;

/** Builds the use case. */
export function createHealCertificates(deps: HealDeps): HealCertificates {
  return async (request) => {
    const { signal, landed } = request;
    const failed: { certificateId: string; code: string }[] = [];
    let looked = 0;
    let admitted = 0;
    let changed = 0;
    const ids = landed ? idsOfLanded(deps, landed, signal) : listAll(deps.listCertificates, signal);
    const heal = async (certificateId: string): Promise<void> => {
      looked += 1;
      const settlement = await healOne(deps, certificateId, signal).catch((error: unknown) => {
        failed.push({ certificateId, code: toErrorCode(error) });
        return undefined;
      });
      if (settlement?.changed !== true) return;
      changed += 1;
      if (settlement.status === "admitted") admitted += 1;
    };
    try {
      await forEachAtOnce(ids, heal, signal);
    } catch (error) {
      // Out of time while listing: the rest comes up again.
      if (!signal.aborted) throw error;
    }
    return { looked, admitted, changed, failed };
  };
}

async function healOne(
  deps: HealDeps,
  certificateId: string,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const record = await deps.readRecord(certificateId, signal);
  const { state } = record;
  if (state === undefined || isInFlight(state, deps.now(), deps.timing)) return undefined;
  if (state.status === "onboarding" || state.status === "parking") {
    return deps.settleCertificate({ certificateId, signal, record });
  }
  // Only its next connect brings it back, as a new registration event.
  const isGone = state.findings.some(({ code }) => code === "CERTIFICATE_NOT_IN_IOT");
  if (state.recheckAt !== undefined && !isGone) {
    return recheck(deps, record, state.recheckAt, signal);
  }
  if (state.status === "admitted" || isGone) return undefined;
  return deps.settleCertificate({ certificateId, signal, record, onlyIfChanged: true });
}

/**
 * Looks for what an attempt in flight may have activated after the certificate was parked, and for
 * words that whoever wrote them did not live to carry out.
 */
async function recheck(
  deps: HealDeps,
  record: CertificateRecord,
  recheckAt: string,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const { certificateId, state } = record;
  if (state === undefined) return undefined;
  const settled = await deps.settleCertificate({
    certificateId,
    signal,
    record,
    onlyIfChanged: true,
  });
  const isDue = Date.parse(recheckAt) <= deps.now().getTime();
  if (settled.changed || !isDue) return settled;
  if (settled.status !== "admitted") {
    const described = await deps.describeCertificate(certificateId, signal);
    if (described?.status === "ACTIVE" || described?.status === "PENDING_ACTIVATION") {
      return deps.settleCertificate({ certificateId, signal });
    }
  }
  const { recheckAt: _, ...rest } = state;
  await deps.changeCertificate({ certificateId, expected: record, state: rest }, signal);
  return settled;
}

/** Walks the batch or the quarantine, whichever turns out smaller. */
async function* idsOfLanded(
  deps: HealDeps,
  landed: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const quarantined: string[] = [];
  for (const listing of ["quarantined", "recheck"] as const) {
    for await (const certificateId of deps.listCertificates(listing, signal)) {
      quarantined.push(certificateId);
      if (quarantined.length > landed.size) {
        yield* landed;
        return;
      }
    }
  }
  yield* quarantined.filter((certificateId) => landed.has(certificateId));
}

async function forEachAtOnce<T>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = await iterator.next();
      if (next.done) return;
      await work(next.value);
    }
  };
  // All lanes end before one's failure is told: nothing goes on behind the caller's back.
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const ended of lanes) if (ended.status === "rejected") throw ended.reason;
}
