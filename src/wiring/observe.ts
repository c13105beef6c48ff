import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { FailedMessage } from "../lambda/failed-message.ts";
import type { Onboarding } from "../onboarding/admit/onboard-device.ts";
import type { HealSummary } from "../onboarding/heal/heal-one.ts";

/** Builds a function's log and metrics: one line and one count for each thing that was settled. */
export function createObserver(serviceName: string) {
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace: "Muster", serviceName });
  return {
    logger,
    metrics,
    onSettled: (result: Onboarding): void => {
      const findings = "findings" in result ? result.findings.map(({ code }) => code) : [];
      logger.info(result.outcome, { certificateId: result.certificateId, findings });
      metrics.addMetric(result.outcome, MetricUnit.Count, 1);
    },
    onFailed: ({ messageId, code, error, last }: FailedMessage): void => {
      logger.error(last ? "given-up" : "failed", { messageId, code, error: asError(error) });
      metrics.addMetric(last ? "given-up" : "failed", MetricUnit.Count, 1);
    },
    onHealed: (summary: HealSummary): void => {
      logger.info("healed", { ...summary });
      metrics.addMetric("healed", MetricUnit.Count, summary.admitted);
      metrics.addMetric("heal-failed", MetricUnit.Count, summary.failed.length);
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
