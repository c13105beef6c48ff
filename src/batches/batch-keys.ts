/** The one place that knows under which keys a batch's objects lie. */

const folder = (manufacturer: string, batch: string) => `${manufacturer}/${batch}`;
const toNumber = (part: number) => String(part).padStart(6, "0");

interface Owner {
  readonly manufacturer: string;
  readonly id: string;
}

export const toManifestKey = ({ manufacturer, id }: Owner) =>
  `${folder(manufacturer, id)}/manifest`;
/** The manifest as it can be cut, where it came wrapped in an encoding or compression. */
export const toTranscriptKey = ({ manufacturer, id }: Owner) =>
  `${folder(manufacturer, id)}/transcript`;
/** @param hash of the content, so that of two plans made at once the one that is chosen stays. */
export const toPlanKey = ({ manufacturer, id }: Owner, hash: string) =>
  `${folder(manufacturer, id)}/plan-${hash}.json`;
/** Rows that stood the checks, and what was wrong with the others. */
export const toCheckedKey = ({ manufacturer, id }: Owner, part: number) =>
  `${folder(manufacturer, id)}/checked/${toNumber(part)}.ndjson`;
/** What tells duplicates: one line for each row of the part that stood the checks. */
export const toNamesKey = ({ manufacturer, id }: Owner, part: number) =>
  `${folder(manufacturer, id)}/names/${toNumber(part)}.ndjson`;
export const toRepeatsKey = ({ manufacturer, id }: Owner, part: number) =>
  `${folder(manufacturer, id)}/repeats/${toNumber(part)}.json`;
export const toRowsKey = ({ manufacturer, id }: Owner, part: number, phase: "check" | "land") =>
  `${folder(manufacturer, id)}/rows/${toNumber(part)}-${phase}.ndjson`;
export const toReportKey = ({ manufacturer, id }: Owner, format: "ndjson" | "csv") =>
  `${folder(manufacturer, id)}/report.${format}`;
/** Of a batch that goes on: apart, so that whoever writes it late is not in the way of the final one. */
export const toReportSoFarKey = ({ manufacturer, id }: Owner, format: "ndjson" | "csv") =>
  `${folder(manufacturer, id)}/report.so-far.${format}`;

/** @returns the batch whose manifest lies under a key; undefined where it is no manifest's. */
export function toBatchOfManifest(key: string): string | undefined {
  return /^[^/]+\/([^/]+)\/manifest$/.exec(key)?.[1];
}
