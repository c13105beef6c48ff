import { onTestFinished } from "vitest";
import { createQuotas } from "../../../src/iot-core/quotas/create-quotas.ts";
import { openRegistry } from "../../../src/iot-core/registry.ts";
import { createApplyRules } from "../../../src/iot-core/topic-rules/apply-rules.ts";
import {
  type DroppedMessage,
  startDeliveries,
} from "../../../src/iot-core/topic-rules/deliver-messages.ts";
import type {
  RuleAction,
  RuleTargets,
  TopicRule,
} from "../../../src/iot-core/topic-rules/topic-rule.ts";

export const roleArn = "arn:aws:iam::123456789012:role/rule";

export function toQueue(name: string, useBase64?: boolean): RuleAction {
  const queueUrl = `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
  return { sqs: { queueUrl, roleArn, ...(useBase64 !== undefined && { useBase64 }) } };
}

export function toFunction(name: string): RuleAction {
  return { lambda: { functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}` } };
}

export function createRule(changes: Partial<TopicRule> = {}): TopicRule {
  return {
    ruleName: "all",
    sql: "SELECT * FROM 'dt/#'",
    actions: [toQueue("inbox")],
    awsIotSqlVersion: "2016-03-23",
    ruleDisabled: false,
    createdAt: new Date("2026-06-01T12:00:00Z"),
    ...changes,
  };
}

/** What a target was given: the last part of its name, and the message. */
export type Arrival = readonly [target: string, message: unknown];

/** Targets that note what arrives; those named `broken` fail, as often as they are asked. */
export function createTargets() {
  const arrivals: Arrival[] = [];
  const attempts: string[] = [];
  const waiting = new Set<() => void>();
  const arrive = async (target: string, message: unknown): Promise<void> => {
    const name = target.split(/[/:]/).at(-1) ?? "";
    attempts.push(name);
    if (name.startsWith("broken")) throw new Error(`${name} is broken`);
    arrivals.push([name, message]);
    for (const look of waiting) look();
  };
  const targets: RuleTargets = { sendToQueue: arrive, invokeFunction: arrive };
  return {
    targets,
    arrivals,
    attempts,
    /** Until so many messages have arrived. */
    until: (count: number) =>
      new Promise<readonly Arrival[]>((resolve) => {
        const look = () => {
          if (arrivals.length < count) return;
          waiting.delete(look);
          resolve(arrivals);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** The rules engine on a state of its own. */
export function startEngine(
  options: {
    rules: readonly TopicRule[];
    stateFile?: string;
    quotaScale?: number;
    maximumWaiting?: number;
    onDropped?: () => void;
  } & Partial<ReturnType<typeof createTargets>>,
) {
  const { rules, stateFile = ":memory:", quotaScale = 0 } = options;
  const receiving = { ...createTargets(), ...options };
  const registry = openRegistry(stateFile);
  const now = () => new Date();
  const quotas = createQuotas({ scale: quotaScale, now });
  registry.transaction(() => {
    for (const rule of rules) registry.tables.topicRules.put(rule);
  });
  const dropped: DroppedMessage[] = [];
  const isDropped = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  const onDropped = (message: DroppedMessage) => {
    options.onDropped?.();
    dropped.push(message);
    isDropped.resolve();
  };
  const deliveries = startDeliveries({
    deliveries: registry.tables.ruleDeliveries,
    targets: receiving.targets,
    now,
    retryDelaysMs: [1, 1],
    onDropped,
    onFailure: failed.reject,
  });
  const apply = createApplyRules({
    registry,
    quotas,
    now,
    onDropped,
    ...(options.maximumWaiting !== undefined && { maximumWaiting: options.maximumWaiting }),
  });
  const stack = new DisposableStack();
  stack.defer(() => registry.close());
  onTestFinished(deliveries.stop);
  onTestFinished(() => stack.dispose());
  return {
    ...receiving,
    registry,
    quotas,
    dropped,
    isDropped: isDropped.promise,
    failed: failed.promise,
    /** Takes the state away. */
    closeState: () => stack.move().dispose(),
    publish: (topic: string, payload: string | Uint8Array = "{}", clientId?: string) => {
      const isMatched = apply({ topic, payload: Buffer.from(payload), clientId });
      registry.afterCommit(deliveries.wake);
      return isMatched;
    },
  };
}
