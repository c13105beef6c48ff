import { foldDeviceId } from "./fold-device-id.ts";

/** The claim on a certificate that stands: whose it is, and what was last said about it. */
export interface Claim {
  readonly manufacturer: string;
  readonly profile: string;
  readonly deviceId?: string;
  /** Batches whose entries of the certificate lie in the ledger, in the order they came. */
  readonly batches: readonly string[];
}

/** What a row of a batch says of a certificate. */
export interface Statement {
  readonly manufacturer: string;
  readonly batch: string;
  readonly profile: string;
  readonly deviceId?: string;
}

export type ClaimVerdict =
  /** The entry is to be written, with the claim as it is afterwards. */
  | { readonly verdict: "add"; readonly claim: Claim }
  /** This batch's entry is there. */
  | { readonly verdict: "added" }
  /** The same was said before. */
  | { readonly verdict: "known" }
  | {
      readonly verdict: "refused";
      readonly code: "LEDGER_DISPUTED" | "DEVICE_ID_CONFLICT" | "BATCH_RECALLED";
    };

/**
 * Judges what a row says beside the claim that stands. The first manufacturer's claim stands, so does
 * the device id that came first, as it was spelt; a statement without one takes it over. What was recalled stays so,
 * whatever is pushed later.
 *
 * A batch that has its entry already gets the same answer again, so that work may be repeated.
 *
 * @param recalled tells which of the claim's batches are recalled.
 */
export function judgeClaim(
  { manufacturer, batch, profile, deviceId: stated }: Statement,
  standing: Claim | undefined,
  recalled: ReadonlySet<string>,
): ClaimVerdict {
  if (standing && standing.manufacturer !== manufacturer) return refuse("LEDGER_DISPUTED");
  if (standing?.batches.includes(batch)) return { verdict: "added" };
  if (standing?.batches.some((each) => recalled.has(each))) return refuse("BATCH_RECALLED");
  const deviceId = standing?.deviceId ?? stated;
  if (deviceId !== undefined && foldDeviceId(stated ?? deviceId) !== foldDeviceId(deviceId)) {
    return refuse("DEVICE_ID_CONFLICT");
  }
  if (standing?.profile === profile && standing.deviceId === deviceId) return { verdict: "known" };
  const claim = {
    manufacturer,
    profile,
    ...(deviceId !== undefined && { deviceId }),
    batches: [...(standing?.batches ?? []), batch],
  };
  return { verdict: "add", claim };
}

function refuse(code: "LEDGER_DISPUTED" | "DEVICE_ID_CONFLICT" | "BATCH_RECALLED"): ClaimVerdict {
  return { verdict: "refused", code };
}
