import type { Endpoints } from "./endpoints.ts";

/**
 * The environment in which stock `aws` commands and AWS SDKs work on the local cloud, with
 * credentials that are none, and clients of the HTTP API find it. AWS_REGION is what SDKs read, AWS_DEFAULT_REGION what version 1 of the
 * command line does. AWS_ENDPOINT_URL takes what is meant for every other service, so that nothing
 * of that shell goes to AWS.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function toLocalEnvironment(
  endpoints: Pick<Endpoints, "api" | "dynamodb" | "inspect" | "iot" | "region">,
): Readonly<Record<string, string>> {
  const { api, dynamodb, inspect, iot, region } = endpoints;
  return {
    AWS_ENDPOINT_URL: inspect,
    AWS_ENDPOINT_URL_IOT: iot,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    MUSTER_URL: api,
  };
}

/** The discard port of this machine, where nothing listens. */
const nowhere = "http://127.0.0.1:9";

/** The same names, for a shell that there is no local cloud for: its tools reach nothing. */
export const noLocalEnvironment = toLocalEnvironment({
  api: nowhere,
  dynamodb: nowhere,
  inspect: nowhere,
  iot: nowhere,
  region: "local-1",
});

/** What would go before that environment, where the user has it. */
export const awsOverrides = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
] as const;
