import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { observeCalls } from "../observe-calls.ts";
import { createRetryStrategy } from "../retry-strategy.ts";
import type { ServiceTarget } from "../service-target.ts";

const connectionTimeoutMs = 1_000;
/** Until an answer begins: that to a part comes when all of it is sent. */
const requestTimeoutMs = 30_000;
/** Reading goes on in another connection then. */
const stallTimeoutMs = 20_000;

export interface S3Target extends ServiceTarget {
  /** How long nothing may come or go before a connection is given up. */
  readonly stallMs?: number;
}

/** Builds the client of the object store. Every call of it may be repeated. */
export function createS3Client({
  region,
  endpoint,
  credentials,
  random = Math.random,
  stallMs = stallTimeoutMs,
  onCall,
}: S3Target): S3Client {
  const client = new S3Client({
    region,
    ...(credentials && { credentials }),
    // A bucket has no host name of its own elsewhere.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    retryStrategy: createRetryStrategy(random),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: stallMs,
    }),
    // The object store asks for the checksums that it means.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  observeCalls(client, "s3", onCall);
  return client;
}
