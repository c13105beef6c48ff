import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { GetFunctionCommand } from "@aws-sdk/client-lambda";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { DeployClients } from "./aws-clients.ts";
import type { NamedResource } from "./template-names.ts";

/** What AWS answers of what is not there. */
const missing: ReadonlySet<string> = new Set([
  "NoSuchEntityException",
  "NoSuchEntity",
  "NotFound",
  "NoSuchBucket",
  "QueueDoesNotExist",
  "AWS.SimpleQueueService.NonExistentQueue",
  "ResourceNotFoundException",
]);

type Look = (clients: DeployClients, name: string) => Promise<unknown>;

/** How to ask for one of a type; of the others CloudFormation itself tells. */
const looks: Readonly<Record<string, Look>> = {
  "AWS::DynamoDB::Table": ({ dynamodb }, TableName) =>
    dynamodb.send(new DescribeTableCommand({ TableName })),
  "AWS::IAM::Role": ({ iam }, RoleName) => iam.send(new GetRoleCommand({ RoleName })),
  "AWS::Lambda::Function": ({ lambda }, FunctionName) =>
    lambda.send(new GetFunctionCommand({ FunctionName })),
  "AWS::S3::Bucket": ({ s3 }, Bucket) => s3.send(new HeadBucketCommand({ Bucket })),
  "AWS::SQS::Queue": ({ sqs }, QueueName) => sqs.send(new GetQueueUrlCommand({ QueueName })),
};

/** @returns those of the names that are there. @throws what AWS answers when it may not be asked. */
export async function findExisting(
  clients: DeployClients,
  names: readonly NamedResource[],
): Promise<readonly NamedResource[]> {
  const there = await Promise.all(
    names.map(async ({ type, name }) => {
      const look = looks[type];
      return look !== undefined && (await isThere(() => look(clients, name)));
    }),
  );
  return names.filter((_, index) => there[index]);
}

async function isThere(look: () => Promise<unknown>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch (error) {
    if (error instanceof Error && missing.has(error.name)) return false;
    throw error;
  }
}
