import { toPem } from "../certificates/to-pem.ts";
import { createPki } from "./create-pki.ts";
import { createRowMaker, toKeyPem } from "./make-row.ts";
import { type SampleDefect, sampleDefects } from "./sample-defects.ts";
import type { SampleFormat, SamplePki, SampleRow } from "./sample-format.ts";
import type { SampleKeyKind } from "./sample-key.ts";
import { writeEnds } from "./write-ends.ts";

export interface SampleRequest {
  readonly format: SampleFormat;
  readonly count: number;
  /** So many devices, the first, get keys that somebody holds. */
  readonly keys?: number;
  /** One that is named twice spoils two records. */
  readonly defects?: readonly SampleDefect[];
  /** Of the CAs; default: as the vendor's. */
  readonly caKeys?: SampleKeyKind;
  readonly now: Date;
  /** Called with each device that gets a key, before its record is written. */
  readonly onDevice?: (device: SampleDevice) => void;
}

/** What a device connects with. */
export interface SampleDevice {
  readonly deviceId: string;
  readonly certificatePem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

export interface Sample {
  /** The manifest, made as it is read. */
  readonly chunks: Iterable<Buffer>;
  readonly pki: SamplePki;
}

/** Makes a manifest of devices that do not exist, under CAs that nobody trusts. */
export function createSample(request: SampleRequest): Sample {
  const { format, now, caKeys } = request;
  const defects = new Set(request.defects);
  const pki = createPki(format.profile, now, caKeys);
  const rows = createRows(request, pki);
  return { pki, chunks: writeEnds(format.write(rows, { pki, defects, now }), defects) };
}

function* createRows(
  { format, count, keys = 0, defects = [], now, onDevice }: SampleRequest,
  pki: SamplePki,
): Generator<SampleRow> {
  const places = placeDefects(defects, count);
  const make = createRowMaker(format.profile, pki, now);
  let before: SampleRow | undefined;
  for (let index = 0; index < count; index += 1) {
    const row = make({ index, defect: places.get(index), before, real: index < keys });
    if (index < keys) onDevice?.(toDevice(row));
    yield row;
    before = row;
  }
}

/** Spreads the records with defects, none of them the first where there are more. */
function placeDefects(
  defects: readonly SampleDefect[],
  count: number,
): ReadonlyMap<number, SampleDefect> {
  const ofRecords = defects.filter((name) => sampleDefects[name].of === "record");
  return new Map(
    ofRecords.map((name, at) => [Math.floor(((at + 1) * count) / (ofRecords.length + 1)), name]),
  );
}

function toDevice({ deviceId, certificate, key }: SampleRow): SampleDevice {
  return { deviceId, certificatePem: toPem(certificate), privateKeyPem: toKeyPem(key) };
}
