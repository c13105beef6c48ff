import { Logger } from "@aws-lambda-powertools/logger";
import { type ClaimNames, defaultClaimNames } from "../api/caller.ts";
import { createClients } from "../aws/create-clients.ts";
import { readScope } from "../aws/dynamodb/read-scope.ts";
import { createS3Client } from "../aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../aws/s3/s3-object-store.ts";
import { createSqsClient } from "../aws/sqs/create-sqs-client.ts";
import { createSqsWorkQueue } from "../aws/sqs/sqs-work-queue.ts";
import { MusterError } from "../rules/errors.ts";
import { wireApi } from "./api.ts";
import { wireBatches } from "./batches.ts";
import { readFunctionConfig } from "./config.ts";

/** Puts the API's function together from its environment. */
export function wireApiFunction(env: NodeJS.ProcessEnv = process.env) {
  const { region, stage, ledgerTable, auditTable } = readFunctionConfig(env);
  const { bucket, queueUrl, claimNames } = readApiConfig(env);
  const logger = new Logger({ serviceName: "api" });
  const clients = createClients({ region });
  const now = () => new Date();
  const data = { clients, ledgerTable, auditTable, now };
  const handle = wireApi({
    ...data,
    stage,
    scope: () => readScope({ client: clients.dynamodb, ledger: ledgerTable, audit: auditTable }),
    batches: wireBatches({
      ...data,
      objects: createS3ObjectStore({ client: createS3Client({ region }), bucket, now }),
      queue: createSqsWorkQueue({ client: createSqsClient({ region }), queueUrl }),
    }),
    claimNames,
    onFailure: ({ requestId, operation, error }) =>
      logger.error("failed", { requestId, operation, error: asError(error) }),
  });
  return { handle, logger };
}

function readApiConfig(env: NodeJS.ProcessEnv): {
  readonly bucket: string;
  readonly queueUrl: string;
  readonly claimNames: ClaimNames;
} {
  const names = { bucket: "MUSTER_BUCKET", queueUrl: "MUSTER_INGEST_QUEUE_URL" } as const;
  const missing = Object.values(names).filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new MusterError("CONFIGURATION_INVALID", `Not set: ${missing.join(", ")}.`, {
      details: { missing },
    });
  }
  return {
    bucket: env[names.bucket] ?? "",
    queueUrl: env[names.queueUrl] ?? "",
    claimNames: {
      role: env["MUSTER_ROLE_CLAIM"] || defaultClaimNames.role,
      manufacturer: env["MUSTER_MANUFACTURER_CLAIM"] || defaultClaimNames.manufacturer,
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
