import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import { wireIngestFunction } from "../src/wiring/ingest.ts";

const { handle, logger, metrics } = wireIngestFunction();

/** The ingest queue: work on batches, and S3's word of manifests that came. */
export const handler = middy(handle)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics));
