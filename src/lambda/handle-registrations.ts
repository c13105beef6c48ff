import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { OnboardDevice, Onboarding } from "../onboarding/admit/onboard-device.ts";
import type { RecordFailure } from "../onboarding/admit/record-failure.ts";
import { MusterError, toErrorCode } from "../rules/errors.ts";
import { correlate } from "./correlation.ts";
import type { FailedMessage } from "./failed-message.ts";
import { handleMessages } from "./handle-messages.ts";
import { reserveMs, toSignal } from "./to-signal.ts";

export interface HandleRegistrationsDeps {
  readonly onboardDevice: OnboardDevice;
  readonly recordFailure: RecordFailure;
  readonly maxReceiveCount: number;
  readonly onSettled: (result: Onboarding) => void;
  readonly onFailed: (failure: FailedMessage) => void;
}

/**
 * Handles registration events, as a batch from the queue or one straight from a topic rule.
 *
 * Of a batch only what was not settled comes again. A single event that cannot be settled is thrown,
 * so that Lambda tries again and then sends it to the dead-letter queue.
 */
export function createHandleRegistrations(deps: HandleRegistrationsDeps) {
  return async (
    event: SQSEvent | Readonly<Record<string, unknown>>,
    context: Context,
  ): Promise<SQSBatchResponse | Onboarding> => {
    const signal = toSignal(context);
    if (!isSqsEvent(event)) {
      return correlate(context.awsRequestId, () => onboard(deps, event, signal));
    }
    return handleMessages(event, context, (message, record) =>
      correlate(record.messageId, () => handleMessage(deps, message, record, signal)),
    );
  };
}

async function handleMessage(
  deps: HandleRegistrationsDeps,
  event: unknown,
  { messageId, attributes }: SQSRecord,
  signal: AbortSignal,
): Promise<void> {
  try {
    await onboard(deps, event, signal);
  } catch (error) {
    const last = Number(attributes.ApproximateReceiveCount) >= deps.maxReceiveCount;
    deps.onFailed({ messageId, code: toErrorCode(error), error, last });
    if (last) await noteFailure(deps, event, error, messageId);
    throw error;
  }
}

/** Within the time that is kept back: the event's own may be over, which may be what failed. */
async function noteFailure(
  { recordFailure }: HandleRegistrationsDeps,
  event: unknown,
  error: unknown,
  messageId: string,
): Promise<void> {
  const signal = AbortSignal.timeout(reserveMs - 1_000);
  // The log has it in any case.
  await recordFailure(event, error, messageId, signal).catch(() => {});
}

async function onboard(
  { onboardDevice, onSettled }: HandleRegistrationsDeps,
  event: unknown,
  signal: AbortSignal,
): Promise<Onboarding> {
  try {
    const result = await onboardDevice(event, signal);
    onSettled(result);
    return result;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new MusterError(
      "DEADLINE_EXCEEDED",
      "The function's time ran out; the event comes again.",
      {
        cause: error,
      },
    );
  }
}

function isSqsEvent(event: SQSEvent | Readonly<Record<string, unknown>>): event is SQSEvent {
  const { Records } = event as { readonly Records?: unknown };
  return Array.isArray(Records);
}
