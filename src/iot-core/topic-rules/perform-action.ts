import { toErrorText } from "../error-text.ts";
import type { ActionFailure, RuleAction, RuleOrigin, RuleTargets } from "./topic-rule.ts";

/** Hands a message to the target of an action; rejects when that did not work. */
export type PerformAction = (
  action: RuleAction,
  message: Uint8Array,
  origin: RuleOrigin,
) => Promise<void>;

/** All that SQS takes of Unicode: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const queueText = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]+$/u;

export function createPerformAction(targets: RuleTargets): PerformAction {
  return async (action, message, { ruleName, topic }) => {
    if ("lambda" in action) {
      const { functionArn } = action.lambda;
      await targets.invokeFunction(functionArn, parseJson(message), { ruleName, topic });
      return;
    }
    const { queueUrl, useBase64 = false } = action.sqs;
    await targets.sendToQueue(queueUrl, useBase64 ? toBase64(message) : toQueueText(message));
  };
}

/** What AWS IoT tells the error action. */
export function toFailure(action: RuleAction, error: unknown): ActionFailure {
  const errorMessage = toErrorText(error);
  return "lambda" in action
    ? { failedAction: "LambdaAction", failedResource: action.lambda.functionArn, errorMessage }
    : { failedAction: "SqsAction", failedResource: action.sqs.queueUrl, errorMessage };
}

function toBase64(message: Uint8Array): string {
  return Buffer.from(message).toString("base64");
}

function toQueueText(message: Uint8Array): string {
  const text = decode(message);
  if (text !== undefined && queueText.test(text)) return text;
  throw new Error(
    "The message is empty or no text that SQS takes. Set useBase64 to send it encoded.",
  );
}

function parseJson(message: Uint8Array): unknown {
  try {
    return JSON.parse(decode(message) ?? "");
  } catch (error) {
    throw new Error("The message is no JSON, which is all that a function can be sent.", {
      cause: error,
    });
  }
}

function decode(message: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(message);
  } catch {
    return undefined;
  }
}
