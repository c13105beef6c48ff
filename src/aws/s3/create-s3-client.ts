import { S3Client } from "@aws-sdk/client-s3";
import { toClientSettings } from "../client-settings.ts";
import { observeCalls } from "../observe-calls.ts";
import type { ServiceTarget } from "../service-target.ts";

/** Until an answer begins: that to a part comes when all of it is sent. */
const requestTimeoutMs = 30_000;
/** Reading goes on in another connection then. */
const stallTimeoutMs = 20_000;

export interface S3Target extends ServiceTarget {
  /** How long nothing may come or go before a connection is given up. */
  readonly stallMs?: number;
}

/** Builds the client of the object store. Every call of it may be repeated. */
export function createS3Client({ stallMs = stallTimeoutMs, ...target }: S3Target): S3Client {
  const client = new S3Client({
    ...toClientSettings(target, {
      timeouts: { requestTimeout: requestTimeoutMs, socketTimeout: stallMs },
    }),
    // A bucket has no host name of its own elsewhere.
    ...(target.endpoint !== undefined && { forcePathStyle: true }),
    // The object store asks for the checksums that it means.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  observeCalls(client, "s3", target.onCall);
  return client;
}
