import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { type OnCall, observeCalls } from "./observe-calls.ts";
import { createRetryStrategy, type Patience } from "./retry-strategy.ts";

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
  /** Is told of each call once it is over. */
  readonly onCall?: OnCall;
}

export interface AwsClients {
  readonly iot: IoTClient;
  /** For what can wait: when AWS IoT throttles, the other's calls go before. */
  readonly yieldingIot: IoTClient;
  /** For work in bulk, behind all else: it is told when AWS IoT throttles, to stand back. */
  readonly createBulkIot: (onThrottled: () => void) => IoTClient;
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
  return {
    iot: createIotClient(target),
    yieldingIot: createIotClient(target, yielding),
    createBulkIot: (onThrottled) => createIotClient(target, { ...yielding, onThrottled }),
    dynamodb: createDynamoDbClient(target),
  };
}

const yielding: Patience = { firstDelayMs: 500, maxDelayMs: 5_000 };

function createIotClient(
  target: Omit<AwsTarget, "dynamodbEndpoint">,
  patience?: Patience,
): IoTClient {
  const { iotEndpoint } = target;
  const client = new IoTClient({
    ...toShared(target, patience),
    ...(iotEndpoint !== undefined && { endpoint: iotEndpoint }),
  });
  observeCalls(client, "iot", target.onCall);
  return client;
}

/** For functions that call nothing else: their bundle holds no other client. */
export function createDynamoDbClient(target: Omit<AwsTarget, "iotEndpoint">): DynamoDBClient {
  const { dynamodbEndpoint } = target;
  const client = new DynamoDBClient({
    ...toShared(target),
    ...(dynamodbEndpoint !== undefined && { endpoint: dynamodbEndpoint }),
  });
  // Without a logger it copies every item all the same, which takes as long as encoding it.
  client.middlewareStack.remove("loggerMiddleware");
  observeCalls(client, "dynamodb", target.onCall);
  return client;
}

function toShared({ region, credentials, random = Math.random }: AwsTarget, patience?: Patience) {
  return {
    region,
    ...(credentials && { credentials }),
    retryStrategy: createRetryStrategy(random, patience),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    }),
  };
}
