import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { MusterError } from "../../rules/errors.ts";
import type { AwsScope } from "../../rules/profile/policy-document.ts";
import type { Tables } from "./tables.ts";

/**
 * Reads partition, region and account of a deployment off its ledger's ARN.
 *
 * @throws MusterError STAGE_UNKNOWN when there is no such table.
 */
export async function readScope({ client, ledger }: Tables): Promise<AwsScope> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: ledger }));
    const [, partition = "", , region = "", accountId = ""] = Table?.TableArn?.split(":") ?? [];
    return { partition, region, accountId };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new MusterError(
      "STAGE_UNKNOWN",
      `There is no table ${ledger} in this account and region. Check --stage, --region and the AWS credentials, or deploy the stage first.`,
      { cause: error, details: { table: ledger } },
    );
  }
}
