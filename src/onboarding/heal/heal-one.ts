import { toErrorCode } from "../../rules/errors.ts";
import type {
  CertificateRecord,
  ChangeCertificate,
  ReadCertificateRecord,
} from "../certificate-state.ts";
import type { IotControl } from "../iot-control.ts";
import {
  isToBeRegistered,
  type PreregisterCertificate,
} from "../preregister/preregister-certificate.ts";
import { isGone } from "../registered-by.ts";
import type { SettleCertificate, Settlement } from "../settlement.ts";
import { isInFlight, type Timing } from "../timing.ts";

export interface HealOneDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly changeCertificate: ChangeCertificate;
  readonly settleCertificate: SettleCertificate;
  readonly preregisterCertificate: PreregisterCertificate;
  readonly describeCertificate: IotControl["describeCertificate"];
  readonly now: () => Date;
  readonly timing: Timing;
}

export interface HealSummary {
  readonly looked: number;
  readonly admitted: number;
  readonly changed: number;
  /** Certificates that could not be settled now, with the code; they come up again next time. */
  readonly failed: readonly { readonly certificateId: string; readonly code: string }[];
}

/**
 * Decides each of some certificates again, some at once. One that cannot be settled holds up no other.
 *
 * Ends early when the signal aborts.
 */
export async function healAll(
  deps: HealOneDeps,
  certificateIds: AsyncIterable<string> | Iterable<string>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
): Promise<HealSummary> {
  const failed: { certificateId: string; code: string }[] = [];
  let looked = 0;
  let admitted = 0;
  let changed = 0;
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
    await forEachAtOnce(certificateIds, { atOnce, signal }, heal);
  } catch (error) {
    // Out of time while listing: the rest comes up again.
    if (!signal.aborted) throw error;
  }
  return { looked, admitted, changed, failed };
}

async function healOne(
  deps: HealOneDeps,
  certificateId: string,
  signal: AbortSignal,
): Promise<Settlement | undefined> {
  const record = await deps.readRecord(certificateId, signal);
  const { state } = record;
  if (state === undefined || isInFlight(state, deps.now(), deps.timing)) return undefined;
  if (isToBeRegistered(state)) return deps.preregisterCertificate(certificateId, signal);
  if (state.status === "onboarding" || state.status === "parking") {
    return deps.settleCertificate({ certificateId, signal, record });
  }
  // Only its next connect brings it back, as a new registration event.
  const isLost = isGone(state);
  if (state.recheckAt !== undefined && !isLost) {
    return recheck(deps, record, state.recheckAt, signal);
  }
  if (state.status === "admitted" || isLost) return undefined;
  return deps.settleCertificate({ certificateId, signal, record, onlyIfChanged: true });
}

/**
 * Looks for what an attempt in flight may have activated after the certificate was parked, and for
 * words that whoever wrote them did not live to carry out.
 */
async function recheck(
  deps: HealOneDeps,
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

async function forEachAtOnce<T>(
  items: AsyncIterable<T> | Iterable<T>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = toAsync(items);
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

async function* toAsync<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
