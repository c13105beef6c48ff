import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { Deployment } from "../../src/wiring/deployments-file.ts";
import type { AccountSurvey } from "./account-survey.ts";
import type { DeployClients } from "./aws-clients.ts";

/** Reads where all is after a deployment. @throws Error for an output that is missing. */
export async function readOutputs(
  { cloudFormation }: DeployClients,
  stage: string,
  { accountId, region, iotEndpoint }: AccountSurvey,
): Promise<Deployment> {
  const stackName = `muster-${stage}`;
  const { Stacks = [] } = await cloudFormation.send(
    new DescribeStacksCommand({ StackName: stackName }),
  );
  const outputs = new Map(
    Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value === undefined) throw new Error(`The stack ${stackName} has no output ${name}.`);
    return value;
  };
  return {
    version: 1,
    stage,
    region,
    accountId,
    stackName,
    apiUrl: output("ApiUrl"),
    ...(iotEndpoint !== undefined && { iotEndpoint }),
    bucket: output("BucketName"),
    ledgerTable: output("LedgerTableName"),
    auditTable: output("AuditTableName"),
    deployedAt: new Date().toISOString(),
  };
}
