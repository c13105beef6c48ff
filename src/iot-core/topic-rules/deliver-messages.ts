import type { RuleDelivery, RuleDeliveryTable } from "../registry/rule-delivery-table.ts";
import { createPerformAction, toFailure } from "./perform-action.ts";
import type { ActionFailure, RuleAction, RuleTargets } from "./topic-rule.ts";

/** A message that neither its actions nor their error action could be done for. */
export interface DroppedMessage {
  readonly ruleName: string;
  readonly topic: string;
  /** Of its actions, and of the error action where there is one. */
  readonly failures: readonly ActionFailure[];
}

export interface DeliveryDeps {
  readonly deliveries: RuleDeliveryTable;
  readonly targets: RuleTargets;
  readonly now: () => Date;
  /** Before each further attempt; after the last one an action is given up on. */
  readonly retryDelaysMs?: readonly number[];
  readonly onDropped: (message: DroppedMessage) => void;
  /** Called when the state cannot be read or written; nothing is delivered any more. */
  readonly onFailure: (error: unknown) => void;
}

export interface Deliveries {
  /** Looks for deliveries that are due. */
  readonly wake: () => void;
  /** Begins nothing more. What is under way begins anew at the next start. */
  readonly stop: () => void;
}

/**
 * AWS IoT "might make multiple attempts" and does not say how many.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html
 */
const defaultRetryDelaysMs = [200, 400, 800, 1600] as const;
const maximumInFlight = 32;
/** So that a target that does not answer holds up no other rule. */
const maximumInFlightOfRule = 8;

/**
 * Does what the rules noted down, each at least once, in no order to rely on.
 *
 * What an attempt did is stored before the next begins, so that an end of the process repeats at
 * most the attempt that it interrupted.
 */
export function startDeliveries(deps: DeliveryDeps): Deliveries {
  const { deliveries, now, onDropped, retryDelaysMs = defaultRetryDelaysMs } = deps;
  const perform = createPerformAction(deps.targets);
  /** Rule by position. */
  const inFlight = new Map<number, string>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const attempt = async (delivery: RuleDelivery): Promise<void> => {
    const { actions, errorAction } = delivery;
    const isFirstStage = actions.length > 0;
    const todo = isFirstStage ? actions : errorAction === undefined ? [] : [errorAction];
    const message = isFirstStage ? delivery.output : toErrorMessage(delivery);
    const results = await Promise.allSettled(
      todo.map((action) => perform(action, message, delivery)),
    );
    if (stopped) return;
    const failed = results.flatMap((result, index) => {
      const action = todo[index];
      return result.status === "rejected" && action !== undefined
        ? [{ action, failure: toFailure(action, result.reason) }]
        : [];
    });
    settle(delivery, failed);
  };

  const settle = (
    delivery: RuleDelivery,
    failed: readonly { readonly action: RuleAction; readonly failure: ActionFailure }[],
  ): void => {
    const isFirstStage = delivery.actions.length > 0;
    if (failed.length === 0) {
      deliveries.remove(delivery.position);
      return;
    }
    const delayMs = retryDelaysMs[delivery.attempts];
    const failures = failed.map(({ failure }) => failure);
    if (delayMs !== undefined) {
      deliveries.update({
        ...delivery,
        actions: isFirstStage ? failed.map(({ action }) => action) : [],
        attempts: delivery.attempts + 1,
        nextAttemptAt: new Date(now().getTime() + delayMs),
      });
    } else if (isFirstStage && delivery.errorAction !== undefined) {
      deliveries.update({ ...delivery, actions: [], failures, attempts: 0, nextAttemptAt: now() });
    } else {
      const { ruleName, topic } = delivery;
      // Before it is gone, so that an end between the two tells of it twice rather than never.
      onDropped({ ruleName, topic, failures: [...delivery.failures, ...failures] });
      deliveries.remove(delivery.position);
    }
  };

  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
  };

  const fail = (error: unknown): void => {
    if (stopped) return;
    stop();
    deps.onFailure(error);
  };

  const begin = (delivery: RuleDelivery): void => {
    inFlight.set(delivery.position, delivery.ruleName);
    attempt(delivery).then(() => {
      inFlight.delete(delivery.position);
      wake();
    }, fail);
  };

  const findDue = (at: Date): RuleDelivery | undefined => {
    if (inFlight.size >= maximumInFlight) return undefined;
    const byRule = Map.groupBy(inFlight.values(), (ruleName) => ruleName);
    const ruleNames = [...byRule.keys()].filter(
      (ruleName) => (byRule.get(ruleName)?.length ?? 0) >= maximumInFlightOfRule,
    );
    return deliveries.findDue(at, { positions: [...inFlight.keys()], ruleNames });
  };

  const beginDue = (): void => {
    clearTimeout(timer);
    const at = now();
    for (let due = findDue(at); due !== undefined; due = findDue(at)) begin(due);
    const next = deliveries.nextAfter(at);
    if (next !== undefined) timer = setTimeout(wake, Math.max(next.getTime() - now().getTime(), 1));
  };

  const wake = (): void => {
    if (stopped) return;
    try {
      beginDue();
    } catch (error) {
      fail(error);
    }
  };

  wake();
  return { wake, stop };
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
function toErrorMessage(delivery: RuleDelivery): Uint8Array {
  const { ruleName, topic, clientId, traceId, payload, failures } = delivery;
  return Buffer.from(
    JSON.stringify({
      ruleName,
      topic,
      cloudwatchTraceId: traceId,
      clientId,
      base64OriginalPayload: Buffer.from(payload).toString("base64"),
      failures,
    }),
  );
}
