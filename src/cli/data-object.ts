import { type DataObject, dataObjects } from "../formats/archive/infineon-names.ts";
import { MusterError } from "../rules/errors.ts";

/** Reads what `--data-object` says. @throws MusterError USAGE_INVALID */
export function parseDataObject(given: string): DataObject {
  const found = dataObjects.find((each) => each === given.toUpperCase());
  if (found !== undefined) return found;
  throw new MusterError(
    "USAGE_INVALID",
    `"${given}" is no data object with a certificate. Give one of ${dataObjects.join(", ")}.`,
  );
}
