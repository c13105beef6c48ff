import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTClient } from "@aws-sdk/client-iot";
import { toClientSettings } from "./client-settings.ts";
import { observeCalls } from "./observe-calls.ts";
import type { Patience } from "./retry-strategy.ts";
import type { ServiceTarget } from "./service-target.ts";

/** Where AWS, the local cloud or an emulator is reached. */
export interface AwsTarget extends Omit<ServiceTarget, "endpoint"> {
  /** AWS's own, or what the SDK's environment says, unless given. */
  readonly iotEndpoint?: string;
  readonly dynamodbEndpoint?: string;
}

export interface AwsClients {
  readonly iot: IoTClient;
  /** For what can wait: when AWS IoT throttles, the other's calls go before. */
  readonly yieldingIot: IoTClient;
  /** For work in bulk, behind all else: it is told when AWS IoT throttles, to stand back. */
  readonly createBulkIot: (onThrottled: () => void) => IoTClient;
  readonly dynamodb: DynamoDBClient;
}

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
  const client = new IoTClient(
    toClientSettings(
      { ...target, ...(iotEndpoint !== undefined && { endpoint: iotEndpoint }) },
      patience && { patience },
    ),
  );
  observeCalls(client, "iot", target.onCall);
  return client;
}

/** For functions that call nothing else: their bundle holds no other client. */
export function createDynamoDbClient(target: Omit<AwsTarget, "iotEndpoint">): DynamoDBClient {
  const { dynamodbEndpoint } = target;
  const client = new DynamoDBClient(
    toClientSettings({
      ...target,
      ...(dynamodbEndpoint !== undefined && { endpoint: dynamodbEndpoint }),
    }),
  );
  // Without a logger it copies every item all the same, which takes as long as encoding it.
  client.middlewareStack.remove("loggerMiddleware");
  observeCalls(client, "dynamodb", target.onCall);
  return client;
}
