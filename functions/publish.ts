import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wirePublishFunction } from "../src/wiring/publish.ts";

const { handle, logger } = wirePublishFunction();

/** The audit table's stream: others are told of what it says, as events. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
