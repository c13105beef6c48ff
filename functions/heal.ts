import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wireHealFunction } from "../src/wiring/functions.ts";

const { handle, logger } = wireHealFunction();

/** The schedule: certificates that are out or were left half-way are decided again. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
