import { hash } from "node:crypto";
import { foldDeviceId } from "../rules/batch/fold-device-id.ts";
import type { ManifestProblem, ManifestRecord, ManifestRow } from "./manifest-format.ts";

/**
 * Finds what a manifest says twice: of a certificate the first record counts, an id is one
 * certificate's. Ids are compared as `foldDeviceId` writes them.
 *
 * Takes about 30 bytes of memory for a record: hashes are kept in part. Two that are the same in
 * 64 bits by chance come up once in thousands of manifests of a million records.
 *
 * @returns the row, with a warning, or the problem that it is.
 */
export function createDuplicateCheck(): (row: ManifestRow) => ManifestRow {
  const find = createDuplicateFinder();
  return (row) => {
    if (row.kind === "problem") return row;
    const found = find(row.facts.certificateId, row.deviceId);
    if (found === undefined) return row;
    return found === "id" ? toConflict(row) : toRepeated(row);
  };
}

/** The same for what is known of rows by name only, in the order of the manifest. */
export function createDuplicateFinder(): (
  certificateId: string,
  deviceId: string | undefined,
) => "id" | "certificate" | undefined {
  const certificates = createTable();
  const ids = createTable();
  return (certificateId, deviceId) => {
    const certificate = BigInt(`0x${certificateId.slice(0, 16)}`);
    const id = deviceId === undefined ? undefined : toKey(deviceId);
    const holder = id === undefined ? undefined : ids.add(id, certificate);
    // Such a row is refused: a later one of that certificate is its first.
    if (holder !== undefined && holder !== certificate) return "id";
    return certificates.add(certificate, certificate) === undefined ? undefined : "certificate";
  };
}

function toKey(deviceId: string): bigint {
  return BigInt(`0x${hash("sha256", foldDeviceId(deviceId), "hex").slice(0, 16)}`);
}

function toConflict({ record, deviceId }: ManifestRecord): ManifestProblem {
  const message = `${JSON.stringify(deviceId)} is an earlier record's, with another certificate.`;
  const named = deviceId === undefined ? {} : { deviceId };
  return { kind: "problem", record, code: "DEVICE_ID_TWICE", message, ...named };
}

function toRepeated(row: ManifestRecord): ManifestRecord {
  const message = "An earlier record has the same certificate.";
  return { ...row, warnings: [...row.warnings, { code: "CERTIFICATE_TWICE", message }] };
}

const firstSlots = 1024;

/** A hash table with open addressing, of 16 bytes an entry. 0 stands for an empty slot. */
function createTable() {
  let slots = firstSlots;
  let keys = new BigUint64Array(slots);
  let values = new BigUint64Array(slots);
  let count = 0;

  function find(key: bigint): number {
    let at = Number(key % BigInt(slots));
    while (keys[at] !== 0n && keys[at] !== key) at = (at + 1) % slots;
    return at;
  }

  function grow(): void {
    const [oldKeys, oldValues] = [keys, values];
    slots *= 2;
    keys = new BigUint64Array(slots);
    values = new BigUint64Array(slots);
    for (const [index, key] of oldKeys.entries()) {
      if (key === 0n) continue;
      const at = find(key);
      keys[at] = key;
      values[at] = oldValues[index] ?? 0n;
    }
  }

  return {
    /** @returns the value of an earlier entry of this key, which stays. */
    add: (hashed: bigint, value: bigint): bigint | undefined => {
      const key = hashed === 0n ? 1n : hashed;
      const at = find(key);
      if (keys[at] === key) return values[at];
      keys[at] = key;
      values[at] = value;
      count += 1;
      if (count * 2 > slots) grow();
      return undefined;
    },
  };
}
