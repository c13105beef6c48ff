import { colors, toFields } from "../../src/cli/output.ts";
import type { Deployment } from "../../src/wiring/deployments-file.ts";
import { type Finding, preflightCodes } from "./preflight-codes.ts";

/** Says each finding with what to do, those that stop first. */
export function toFindingsText(findings: readonly Finding[]): string {
  const isStop = ({ code }: Finding) => preflightCodes[code].severity === "stops";
  const sorted = [...findings.filter(isStop), ...findings.filter((each) => !isStop(each))];
  return sorted
    .map((finding) => {
      const mark = isStop(finding) ? colors.red("✗") : colors.yellow("!");
      const remedy = preflightCodes[finding.code].remedy.replaceAll("`", "");
      return `${mark} ${colors.bold(finding.code)}  ${finding.message}\n  ${colors.dim(remedy)}`;
    })
    .join("\n");
}

/** Says where a stage is, and what comes next. */
export function toDeploymentText(deployment: Deployment, file: string): string {
  const { stage, region, accountId } = deployment;
  return [
    `${colors.green("✓")} Deployed: ${colors.bold(stage)}, in ${region} of account ${accountId}.`,
    toFields({
      "API URL": deployment.apiUrl,
      "IoT endpoint": deployment.iotEndpoint,
      bucket: deployment.bucket,
      ledger: deployment.ledgerTable,
      audit: deployment.auditTable,
      "noted in": file,
    }),
    `Next: npm run muster -- setup --stage ${stage} --region ${region}`,
  ].join("\n");
}
