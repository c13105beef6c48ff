import type { Settlement } from "../../onboarding/settlement.ts";
import { type Finding, reasons } from "../../rules/decision/reason-codes.ts";
import { colors } from "../output.ts";

/** Says in words what has become of a certificate after an operator's act. */
export function toStandingText(
  certificateId: string,
  act: string,
  settlement: Settlement | undefined,
): string {
  const head = `${colors.green("✓")} ${act}: ${certificateId}`;
  if (settlement === undefined) return `${head}\n  The device has not connected yet.`;
  if (settlement.status === "admitted") {
    return `${head}\n  The device is in${settlement.thingName ? `, as ${settlement.thingName}` : ""}.`;
  }
  return `${head}\n  The device is out:\n${toFindingsText(settlement.findings)}`;
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
