import type { Settlement } from "../../onboarding/settlement.ts";
import { type Finding, reasons } from "../../rules/decision/reason-codes.ts";
import { colors } from "../output.ts";

/** Says in words what has become of a certificate after an operator's act. */
export function toStandingText(
  certificateId: string,
  done: string,
  standing: Settlement | "in flight" | "not connected",
): string {
  const head = `${colors.green("✓")} ${done}: ${certificateId}`;
  if (standing === "not connected") return `${head}\n  The device has not connected yet.`;
  if (standing === "in flight") {
    return `${head}\n  An attempt at this certificate is in flight and will find this word.`;
  }
  if (standing.status === "admitted") {
    return `${head}\n  The device is in${standing.thingName ? `, as ${standing.thingName}` : ""}.`;
  }
  return `${head}\n  The device is out:\n${toFindingsText(standing.findings)}`;
}

/** Each finding with what it means and what helps. */
export function toFindingsText(findings: readonly Finding[]): string {
  return findings
    .map(({ code, detail }) => {
      const { meaning, remedy } = reasons[code];
      return [
        `  ${colors.yellow(code)}`,
        `    ${meaning}`,
        ...(detail === "" ? [] : [`    ${colors.dim(detail)}`]),
        `    → ${remedy}`,
      ].join("\n");
    })
    .join("\n");
}
