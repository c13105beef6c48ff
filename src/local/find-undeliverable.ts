import { isLoopback } from "./loopback.ts";
import { withoutVersion } from "./rule-targets.ts";
import type { StandInOptions } from "./start-stand-in.ts";

interface Reachable {
  readonly queueUrls: readonly string[];
  /** Without version or alias. */
  readonly functionArns: readonly string[];
}

/** Builds what tells why a rule's action could never be done here, and what could be. */
export function createFindUndeliverable({
  queueUrls,
  functionArns,
}: Reachable): StandInOptions["findUndeliverable"] {
  return (action) => {
    if ("lambda" in action) {
      const { functionArn } = action.lambda;
      return functionArns.includes(withoutVersion(functionArn))
        ? undefined
        : `The local cloud has no function ${functionArn}, only: ${functionArns.join(", ")}`;
    }
    const { queueUrl } = action.sqs;
    return queueUrls.includes(queueUrl) || isLoopback(queueUrl)
      ? undefined
      : `The local cloud cannot send to ${queueUrl}, only to a queue of an SQS emulator on this machine, as http://127.0.0.1:9324/queue/mine, or to: ${queueUrls.join(", ")}`;
  };
}
