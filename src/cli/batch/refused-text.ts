import { manifestProblems } from "../../formats/manifest-problems.ts";
import { reasons } from "../../rules/decision/reason-codes.ts";
import { errorCodes } from "../../rules/errors.ts";
import { colors, plural } from "../output.ts";
import { toRunnable, toRunnableText } from "../to-runnable.ts";
import { wrapText } from "../wrap-text.ts";
import type { Pushed } from "./push-batch.ts";
import { toRefusalsTable, toRowsTable } from "./rows-table.ts";

/** So many single rows people still read. */
const maxRows = 5;

/** What was refused of a batch: by code where it is much, then the first rows, and what helps. */
export function toRefusedText({ batch, firstRefused, refusals }: Pushed): readonly string[] {
  const { refused } = batch.counts;
  if (firstRefused.length === 0) return [];
  const rows = firstRefused.slice(0, maxRows);
  const counted = refusals.reduce((sum, each) => sum + each.rows, 0);
  const groups =
    refused <= maxRows
      ? []
      : [
          "",
          colors.bold(
            counted < refused ? `Refused, of the first ${counted.toLocaleString("en")}` : "Refused",
          ),
          toRefusalsTable(refusals),
        ];
  const more = refused - rows.length;
  return [
    ...groups,
    "",
    colors.bold(groups.length > 0 ? "The first of them" : "Refused"),
    toRowsTable(rows),
    ...(more > 0 ? [`… and ${plural(more, "row")} more`] : []),
    ...toAdvice(
      refusals.map(({ code }) => code),
      batch.manufacturer,
    ),
  ];
}

const known: Readonly<Record<string, { readonly remedy: string }>> = {
  ...errorCodes,
  ...reasons,
  ...manifestProblems,
};

function toAdvice(codes: readonly string[], manufacturer: string): readonly string[] {
  const lines = codes.flatMap((code) => {
    const advice = code === "ISSUER_NOT_TRUSTED" ? issuerAdvice : known[code]?.remedy;
    if (advice === undefined) return [];
    return [
      `  ${code}`,
      ...wrapText(toRunnableText(advice), 4),
      ...(advice === issuerAdvice ? [`    ${toIssuerCommand(manufacturer)}`] : []),
    ];
  });
  return lines.length === 0 ? [] : ["", colors.bold("What helps"), ...lines];
}

/** Who pushes cannot mend it, unless he is the operator. */
const issuerAdvice =
  "Send the operator the CA's certificate. If it is genuine, the operator adds it, and you push again:";

const toIssuerCommand = (manufacturer: string) =>
  toRunnable(`muster manufacturer add ${manufacturer} --issuer ca.pem`);
