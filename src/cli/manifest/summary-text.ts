import { findFormat } from "../../formats/archive/transcript-format.ts";
import type { Inspection } from "../../formats/inspect-manifest.ts";
import { colors, plural, toFields } from "../output.ts";
import { toSize } from "../size-text.ts";
import { toPrintable } from "../terminal-text.ts";

const maxKinds = 8;

/** The verdict in one line, and what the file is. */
export function toSummary(path: string, inspection: Inspection): string {
  const { bytes, records, devices, refused, problems, warnings, cas, validity } = inspection;
  const fields = toFields({
    format: toFormat(inspection),
    size: `${toSize(bytes)}, ${plural(records, "record")}`,
    devices: devices.toLocaleString("en"),
    problems: toCount(problems, inspection.problemCodes, colors.red) ?? "none",
    refused: toCount(refused, inspection.refusalCodes, colors.red),
    warnings: toCount(warnings, inspection.warningCodes, colors.yellow),
    CAs: cas > 0 ? cas.toLocaleString("en") : undefined,
    ids: toLine(inspection.ids, "none in the file; a profile takes the certificate's name"),
    keys: toLine(inspection.keys),
    signatures: toLine(inspection.signatureAlgorithms),
    "valid from": validity && toRange(validity.notBefore),
    "valid until": validity && toRange(validity.notAfter),
    checked: toChecked(inspection),
  });
  return `${toVerdict(path, inspection)}\n${fields}`;
}

function toVerdict(path: string, { devices, refused, problems, warningCodes, cas }: Inspection) {
  const usable = devices - refused;
  const say = (mark: string, what: string) => `${mark} ${toPrintable(path)}: ${what}`;
  if (devices === 0) {
    const none = `none of its ${plural(problems, "record")} can be pushed`;
    return say(colors.red("✗"), problems > 0 ? none : `${plural(cas, "CA")}, and no devices`);
  }
  if (usable === 0) return say(colors.red("✗"), "none of its devices would be taken");
  if (problems + refused > 0) {
    const all = plural(devices + problems, "record");
    return say(colors.yellow("!"), `${usable.toLocaleString("en")} of ${all} can be pushed`);
  }
  const unchecked = "SIGNATURE_NOT_CHECKED" in warningCodes;
  const count = plural(usable, "device");
  if (unchecked) return say(colors.yellow("!"), `${count}, signatures not checked`);
  return say(colors.green("✓"), `${count} can be pushed`);
}

function toFormat({ format, wrapping }: Inspection): string {
  const { title = format } = findFormat(format) ?? {};
  return [`${title} (${format})`, ...wrapping.map((each) => `in ${each}`)].join(", ");
}

/** A number, and by what codes. */
function toCount(
  count: number,
  codes: Inspection["problemCodes"],
  paint: (text: string) => string,
): string | undefined {
  if (count === 0) return undefined;
  const names = Object.keys(codes);
  const more = names.length > 2 ? ", …" : "";
  return `${paint(count.toLocaleString("en"))}  ${names.slice(0, 2).join(", ")}${more}`;
}

function toRange({ first, last }: { readonly first: Date; readonly last: Date }): string {
  const [from, to] = [first, last].map((time) => time.toISOString().slice(0, 10));
  return from === to ? `${from}` : `${from} to ${to}`;
}

const checks: Readonly<Record<string, string>> = {
  signature: "the signature of each record, and its chain",
  chain: "the signatures of each chain",
  none: "nothing: the file proves nothing by itself",
};

function toChecked({ verified, warningCodes }: Inspection): string | undefined {
  const kinds = Object.entries(verified);
  if (kinds.length === 0) return undefined;
  if ("SIGNATURE_NOT_CHECKED" in warningCodes) return "nothing yet: no signer was given";
  return kinds
    .map(([kind, count]) => {
      const name = checks[kind] ?? kind;
      return kinds.length === 1 ? name : `${name} (${count.toLocaleString("en")})`;
    })
    .join("; ");
}

/** @param none what to say for the kind "none". */
function toLine(counts: Inspection["keys"], none = "none"): string | undefined {
  const kinds = Object.entries(counts);
  if (kinds.length === 0) return undefined;
  const texts = kinds.map(([kind, count]) => {
    const name = kind === "none" ? none : toPrintable(kind);
    return kinds.length === 1 ? name : `${name} (${count.toLocaleString("en")})`;
  });
  return texts.slice(0, maxKinds).join(", ");
}
