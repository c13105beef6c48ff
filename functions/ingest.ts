import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wireIngestFunction } from "../src/wiring/ingest.ts";

const { handle, logger } = wireIngestFunction();

/** The ingest queue: work on batches, and S3's word of manifests that came. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
