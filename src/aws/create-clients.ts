import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createRetryStrategy } from "./retry-strategy.ts";

/** Where AWS, the local cloud or an emulator is reached. */
export interface AwsTarget {
  readonly region: string;
  /** AWS's own, or what the SDK's environment says, unless given. */
  readonly iotEndpoint?: string;
  readonly dynamodbEndpoint?: string;
  /** The SDK's provider chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** In [0, 1): spreads the waits between retries. */
  readonly random?: () => number;
}

export interface AwsClients {
  readonly iot: IoTClient;
  readonly dynamodb: DynamoDBClient;
}

/**
 * A call that does not answer within three seconds is made again: every call of Muster may be
 * repeated. The caller's signal bounds the whole.
 */
const connectionTimeoutMs = 1_000;
const requestTimeoutMs = 3_000;

/** Builds the AWS clients with bounded waits and patient retries. */
export function createClients(target: AwsTarget): AwsClients {
  const { iotEndpoint } = target;
  const iot = { ...toShared(target), ...(iotEndpoint !== undefined && { endpoint: iotEndpoint }) };
  return { iot: new IoTClient(iot), dynamodb: createDynamoDbClient(target) };
}

/** For functions that call nothing else: their bundle holds no other client. */
export function createDynamoDbClient(target: Omit<AwsTarget, "iotEndpoint">): DynamoDBClient {
  const { dynamodbEndpoint } = target;
  return new DynamoDBClient({
    ...toShared(target),
    ...(dynamodbEndpoint !== undefined && { endpoint: dynamodbEndpoint }),
  });
}

function toShared({ region, credentials, random = Math.random }: AwsTarget) {
  return {
    region,
    ...(credentials && { credentials }),
    retryStrategy: createRetryStrategy(random),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    }),
  };
}
