import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wireOnboardFunction } from "../src/wiring/functions.ts";

const { handle, logger } = wireOnboardFunction();

/** Registration events of AWS IoT: SQS batches, or one event straight from a topic rule. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
