import type { CertificateFacts } from "../../rules/certificate/certificate-facts.ts";
import type { ManifestRecord } from "../manifest-format.ts";
import { type Counts, createCounter } from "./counter.ts";

/** What the devices of a manifest are like, together. */
export interface DeviceTally {
  readonly devices: number;
  readonly warnings: number;
  /** Devices by their certificate's issuer, by key, and so on; of many kinds the first thousand. */
  readonly issuers: Counts;
  readonly keys: Counts;
  readonly signatureAlgorithms: Counts;
  /** By where the id comes from. */
  readonly ids: Counts;
  readonly verified: Counts;
  /** From when to when all certificates are valid together is between the inner two. */
  readonly validity?: Validity;
  readonly expired: number;
  readonly notYetValid: number;
  readonly firstRecords: readonly ManifestRecord[];
}

interface Validity {
  readonly notBefore: { readonly first: Date; readonly last: Date };
  readonly notAfter: { readonly first: Date; readonly last: Date };
}

const firstRecords = 3;

/** Counts devices by what they are. */
export function createDeviceTally(now: Date) {
  const [issuers, keys, signatureAlgorithms] = [createCounter(), createCounter(), createCounter()];
  const [ids, verified] = [createCounter(), createCounter()];
  const first: ManifestRecord[] = [];
  const counts = { devices: 0, warnings: 0, expired: 0, notYetValid: 0 };
  let validity: Validity | undefined;
  return {
    add: (record: ManifestRecord) => {
      const { facts } = record;
      counts.devices += 1;
      counts.warnings += record.warnings.length;
      if (facts.notAfter < now) counts.expired += 1;
      if (facts.notBefore > now) counts.notYetValid += 1;
      issuers.add(facts.issuer);
      keys.add(toKeyText(facts.key));
      signatureAlgorithms.add(facts.signatureAlgorithm);
      ids.add(record.idSource ?? "none");
      verified.add(record.verified);
      validity = widen(validity, facts);
      if (first.length < firstRecords) first.push(record);
    },
    result: (): DeviceTally => ({
      ...counts,
      issuers: issuers.counts(),
      keys: keys.counts(),
      signatureAlgorithms: signatureAlgorithms.counts(),
      ids: ids.counts(),
      verified: verified.counts(),
      ...(validity && { validity }),
      firstRecords: first,
    }),
  };
}

function widen(sofar: Validity | undefined, { notBefore, notAfter }: CertificateFacts): Validity {
  return {
    notBefore: widenRange(sofar?.notBefore, notBefore),
    notAfter: widenRange(sofar?.notAfter, notAfter),
  };
}

function widenRange(range: { readonly first: Date; readonly last: Date } | undefined, time: Date) {
  if (range === undefined) return { first: time, last: time };
  const { first, last } = range;
  return { first: time < first ? time : first, last: time > last ? time : last };
}

function toKeyText({ algorithm, curve, bits }: CertificateFacts["key"]): string {
  return [algorithm.toUpperCase(), curve ?? bits].filter((part) => part !== undefined).join(" ");
}
