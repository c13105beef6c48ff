import middy from "@middy/core";
import { wireAuthorizeFunction } from "../src/wiring/authorize.ts";

/** API Gateway's question whose a bearer token is; it logs nothing of what it is asked. */
export const handler = middy(wireAuthorizeFunction());
