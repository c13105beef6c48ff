import * as z from "zod";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";

/** The operation that tells devices whom to dial. */
export function createEndpointRoutes({ identity }: OperationContext): readonly Route[] {
  return [
    createRoute({
      operation: "DescribeEndpoint",
      method: "GET",
      path: "/endpoint",
      from: { endpointType: "query" },
      // The default is AWS's, and refused by AWS today.
      input: z.object({ endpointType: z.string().default("iot:Data") }),
      note: "`iot:Data-ATS` only; the answer has no port.",
      handle: ({ endpointType }) => {
        switch (endpointType) {
          case "iot:Data-ATS":
            return { endpointAddress: identity.endpointAddress };
          case "iot:CredentialProvider":
            throw new AwsError(
              "NotImplementedException",
              "The credential provider is not supported by this stand-in for AWS IoT Core",
            );
          default:
            throw new AwsError(
              "InvalidRequestException",
              `Endpoint type ${endpointType} is not supported; use iot:Data-ATS`,
            );
        }
      },
    }),
  ];
}
