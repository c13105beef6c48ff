import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wireApiFunction } from "../src/wiring/api-function.ts";

const { handle, logger } = wireApiFunction();

/** The HTTP API, behind API Gateway: events of payload format 2.0. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
