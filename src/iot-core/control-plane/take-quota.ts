import type { Quotas } from "../quotas/quotas.ts";
import { AwsError } from "./aws-error.ts";

/**
 * Takes one from the bucket of an operation and, where it is about a client, from the client's own.
 *
 * @throws ThrottlingException
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export function takeQuota(
  quotas: Quotas | undefined,
  operation: string,
  clientId: string | undefined,
): void {
  if (quotas === undefined) return;
  const isLeft =
    quotas.take(operation) &&
    (clientId === undefined || quotas.take(`${operation}PerClientId`, clientId));
  if (!isLeft) throw new AwsError("ThrottlingException", "Rate exceeded");
}
