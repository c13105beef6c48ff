import { AwsError } from "./aws-error.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const maximumTopicBytes = 256;
const maximumSlashes = 7;

/** What AWS takes on these reserved topics, and the stand-in has not. */
const unsupported: readonly (readonly [beginning: RegExp, what: string])[] = [
  [/^\$aws\/rules\//, "Basic ingest"],
  [/^\$aws\/things\/[^/]+\/shadow\//, "Device shadows"],
  [/^\$aws\/things\/[^/]+\/jobs\//, "Jobs"],
];

/**
 * Checks a topic that the cloud is to publish on.
 *
 * @throws InvalidRequestException, NotImplementedException
 */
export function checkPublishTopic(field: string, topic: string): void {
  const fault = findFault(topic);
  if (fault !== undefined) throw new AwsError("InvalidRequestException", `${field} ${fault}`);
  const [, what] = unsupported.find(([beginning]) => beginning.test(topic)) ?? [];
  if (what !== undefined) {
    throw new AwsError(
      "NotImplementedException",
      `${what} (${topic}): not supported by this stand-in for AWS IoT Core`,
    );
  }
  if (topic.startsWith("$")) {
    throw new AwsError("InvalidRequestException", `${field} is reserved: it begins with $`);
  }
}

function findFault(topic: string): string | undefined {
  if (topic === "") return "is empty";
  if (/[+#]/.test(topic)) return "has a wildcard";
  if (topic.includes("\0")) return "has a NUL character";
  if (Buffer.byteLength(topic) > maximumTopicBytes) {
    return `is longer than ${maximumTopicBytes} bytes`;
  }
  const slashes = topic.split("/").length - 1;
  return slashes > maximumSlashes ? `has more than ${maximumSlashes} slashes` : undefined;
}
