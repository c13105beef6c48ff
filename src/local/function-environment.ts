import { devNull } from "node:os";
import type { FunctionName } from "./function-names.ts";

export interface FunctionSurroundings {
  readonly region: string;
  readonly accountId: string;
  readonly ledgerTable: string;
  readonly auditTable: string;
  readonly maxReceiveCount: number;
  /** Base URLs. */
  readonly dynamodb: string;
  readonly iot: string;
  readonly api: string;
  readonly ingestQueueUrl: string;
  readonly registrationsQueueUrl: string;
  /** In place of a bucket. */
  readonly objects: { readonly folder: string; readonly secret: string };
}

const withStores: ReadonlySet<FunctionName> = new Set(["api", "ingest"]);

/**
 * The environment of a function: what serverless.yml gives it, and where AWS's services are on this
 * machine. Nothing of the caller's environment, and no file of AWS's tools.
 */
export function toFunctionEnvironment(
  name: FunctionName,
  { region, accountId, dynamodb, iot, api, objects, ...given }: FunctionSurroundings,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_IOT: iot,
    AWS_LAMBDA_FUNCTION_NAME: name,
    MUSTER_STAGE: "local",
    MUSTER_LEDGER_TABLE: given.ledgerTable,
    MUSTER_AUDIT_TABLE: given.auditTable,
    MUSTER_MAX_RECEIVE_COUNT: String(given.maxReceiveCount),
    ...(withStores.has(name) && {
      AWS_ENDPOINT_URL_SQS: api,
      MUSTER_INGEST_QUEUE_URL: given.ingestQueueUrl,
      MUSTER_OBJECTS_FOLDER: objects.folder,
      MUSTER_OBJECTS_URL: api,
      MUSTER_OBJECTS_SECRET: objects.secret,
      // The database's ARNs are of an account of its own.
      MUSTER_ACCOUNT_ID: accountId,
    }),
    // First connects go before what is registered in advance.
    ...(name === "ingest" && { MUSTER_REGISTRATIONS_QUEUE_URL: given.registrationsQueueUrl }),
  };
}
