import type { Endpoints } from "./endpoints.ts";

/**
 * The environment in which stock `aws` commands and AWS SDKs work on the local cloud, with
 * credentials that are none. AWS_REGION is what SDKs read, AWS_DEFAULT_REGION what version 1 of the
 * command line does.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function toAwsEnvironment(
  endpoints: Pick<Endpoints, "dynamodb" | "iot" | "region">,
): Readonly<Record<string, string>> {
  const { dynamodb, iot, region } = endpoints;
  return {
    AWS_ENDPOINT_URL_IOT: iot,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
}

/** What would go before that environment, where the user has it. */
export const awsOverrides = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
] as const;
