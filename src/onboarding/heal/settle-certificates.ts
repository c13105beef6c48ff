import type { ReadCertificateRecord } from "../certificate-state.ts";
import {
  isToBeRegistered,
  type PreregisterCertificate,
} from "../preregister/preregister-certificate.ts";
import type { SettleCertificate } from "../settlement.ts";
import { isInFlight, type Timing } from "../timing.ts";

export interface SettleCertificatesDeps {
  readonly readRecord: ReadCertificateRecord;
  readonly settleCertificate: SettleCertificate;
  readonly preregisterCertificate: PreregisterCertificate;
  readonly now: () => Date;
  readonly timing: Timing;
}

/** A certificate that could not be settled now. */
interface Unsettled {
  readonly certificateId: string;
  readonly error: unknown;
}

/**
 * Decides each of a few certificates again, as after a recall, and carries out what is new. One that
 * cannot be settled holds up no other.
 *
 * An attempt in flight is left alone: whoever asks does so once more when it must be over.
 *
 * @returns those to be tried again.
 */
export type SettleCertificates = (
  certificateIds: readonly string[],
  signal: AbortSignal,
) => Promise<readonly Unsettled[]>;

/** AWS IoT's quota is ten a second for all. */
const atOnce = 4;

/** Builds the use case. */
export function createSettleCertificates(deps: SettleCertificatesDeps): SettleCertificates {
  return async (certificateIds, signal) => {
    const unsettled: Unsettled[] = [];
    const left = [...certificateIds];
    const lane = async (): Promise<void> => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const certificateId = id;
        await settleOne(deps, certificateId, signal).catch((error: unknown) => {
          unsettled.push({ certificateId, error });
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return unsettled;
  };
}

async function settleOne(
  deps: SettleCertificatesDeps,
  certificateId: string,
  signal: AbortSignal,
): Promise<void> {
  const { readRecord, settleCertificate, preregisterCertificate, now, timing } = deps;
  const record = await readRecord(certificateId, signal);
  if (record.state === undefined || isInFlight(record.state, now(), timing)) return;
  if (isToBeRegistered(record.state)) {
    await preregisterCertificate(certificateId, signal);
    return;
  }
  await settleCertificate({ certificateId, signal, record, onlyIfChanged: true });
}
