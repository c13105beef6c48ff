import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import { wireAuthorizeFunction } from "../src/wiring/authorize.ts";

const { handle, logger } = wireAuthorizeFunction();

/** API Gateway's question whose a bearer token is; it logs nothing of what it is asked. */
export const handler = middy(handle).use(injectLambdaContext(logger, { resetKeys: true }));
