import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import { wireHealFunction } from "../src/wiring/functions.ts";

const { handle, logger, metrics } = wireHealFunction();

/** The schedule: certificates that are out or were left half-way are decided again. */
export const handler = middy(handle)
  .use(injectLambdaContext(logger, { resetKeys: true }))
  .use(logMetrics(metrics));
