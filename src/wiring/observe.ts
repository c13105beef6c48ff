import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { ApiFailure, ApiProblem } from "../api/create-api.ts";
import type { AwsCall } from "../aws/observe-calls.ts";
import { readCorrelationId } from "../lambda/correlation.ts";
import type { FailedMessage } from "../lambda/failed-message.ts";
import type { SetAside } from "../lambda/handle-audit-stream.ts";
import type { Onboarding } from "../onboarding/admit/onboard-device.ts";
import type { HealSummary } from "../onboarding/heal/heal-one.ts";
import { toErrorCode } from "../rules/errors.ts";
import type { FleetEvent } from "../rules/events/fleet-event.ts";
import { countRecorded, type Send, toCodes } from "./count-recorded.ts";
import { metricNamespace, metricTable } from "./metric-table.ts";
import type { Recorded } from "./recorded.ts";

/**
 * Builds a function's log and metrics. Every line that belongs to a message, a request or a batch
 * carries its id; no line holds what was sent: certificates, tokens and rows of manifests stay out.
 *
 * Metrics go out at once, each as a line of its own in CloudWatch's embedded metric format.
 */
export function createObserver(serviceName: string, stage: string) {
  const logger = new Logger({ serviceName, persistentKeys: { stage } });
  const send = createSend(serviceName, stage);
  const log = (level: "debug" | "info" | "warn" | "error", message: string, fields: object): void =>
    logger[level](message, { ...toCorrelation(), ...fields });
  return {
    logger,
    onSettled: (result: Onboarding): void => {
      const { outcome, certificateId } = result;
      log("info", outcome, {
        certificateId,
        ...("findings" in result && toCodes(result.findings)),
      });
      send("Registrations", 1, outcome);
      if ("activatedAfterMs" in result) send("ActivationTime", result.activatedAfterMs);
    },
    onRecorded: (recorded: Recorded): void => {
      const { subject, sequence, audit } = recorded;
      const { action, actor, evidence } = audit;
      log("info", "recorded", {
        subject,
        sequence,
        action,
        actor,
        ...toCodes(evidence["findings"]),
      });
      countRecorded(send, recorded);
    },
    onFailed: ({ messageId, code, error, last }: FailedMessage): void => {
      log("error", last ? "given-up" : "failed", { messageId, code, error: asError(error) });
      send(last ? "MessagesGivenUp" : "MessagesFailed", 1, serviceName);
    },
    onHealed: ({ looked, admitted, changed, failed }: HealSummary): void => {
      log("info", "healed", { looked, admitted, changed, failed: failed.length });
      for (const { certificateId, code } of failed)
        log("warn", "not-healed", { certificateId, code });
      send("Healed", admitted, "admitted");
      send("Healed", changed, "changed");
      send("Healed", failed.length, "failed");
    },
    onQuarantine: (size: number): void => send("QuarantineSize", size),
    onUncounted: (error: unknown): void => log("warn", "uncounted", { code: toErrorCode(error) }),
    onUnregistered: (certificateId: string, error: unknown): void =>
      log("warn", "not-registered", { certificateId, code: toErrorCode(error) }),
    onFailure: ({ requestId, operation, error }: ApiFailure): void =>
      log("error", "failed", { requestId, operation, error: asError(error) }),
    onProblem: ({ requestId, operation, status, code }: ApiProblem): void => {
      log("info", "refused", { requestId, operation, status, code });
      send("ApiProblems", 1, code ?? "INTERNAL");
    },
    onDenied: (): void => {
      log("info", "denied", {});
      send("AuthorizerDenials", 1);
    },
    onSent: ({ type, detail: { subject, sequence } }: FleetEvent): void => {
      log("info", "sent", { type, subject, sequence });
      send("EventsSent", 1, type);
    },
    onSetAside: (record: SetAside): void => {
      log("error", "set-aside", { ...record });
      send("EventsSetAside", 1);
    },
    onStopped: (code: string): void => {
      log("error", "stopped", { code });
      send("EventsStopped", 1);
    },
    onCall: (call: AwsCall): void => {
      log("debug", "called", call);
      if (call.retries > 0) send("AwsRetries", call.retries, call.service);
      if (call.throttled > 0) send("AwsThrottles", call.throttled, call.service);
    },
  };
}

function createSend(serviceName: string, stage: string): Send {
  const metrics = new Metrics({ namespace: metricNamespace, serviceName });
  return (name, value, by) => {
    const row: (typeof metricTable)[typeof name] = metricTable[name];
    const metric = metrics.singleMetric();
    // The function's name would make of each metric one for each function.
    metric.clearDefaultDimensions();
    metric.addDimension("stage", stage);
    if ("by" in row && by !== undefined) metric.addDimension(row.by.name, by);
    metric.addMetric(name, row.unit, value);
  };
}

function toCorrelation(): { readonly correlationId?: string } {
  const correlationId = readCorrelationId();
  return correlationId === undefined ? {} : { correlationId };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
