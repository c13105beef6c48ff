import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { IoTClient } from "@aws-sdk/client-iot";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

/** What is asked before and after a deployment, as whoever deploys. */
export type DeployClients = ReturnType<typeof createDeployClients>;

/** Builds the clients on what the SDK finds in the environment. */
export function createDeployClients(region: string) {
  const config = { region, maxAttempts: 3 };
  return {
    cloudFormation: new CloudFormationClient(config),
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    iam: new IAMClient(config),
    iot: new IoTClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    sts: new STSClient(config),
  };
}
