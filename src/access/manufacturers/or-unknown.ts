import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";

/** @throws MusterError MANUFACTURER_UNKNOWN */
export function orUnknown(id: string, value: Manufacturer | undefined): Manufacturer {
  if (value) return value;
  throw new MusterError(
    "MANUFACTURER_UNKNOWN",
    `There is no manufacturer "${id}". Add it with: muster manufacturer add ${id}`,
    { details: { manufacturer: id } },
  );
}
