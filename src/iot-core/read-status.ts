import { X509Certificate } from "node:crypto";
import type { DeviceConnections } from "./device-connections.ts";
import type { IotCoreStatus } from "./iot-core-status.ts";
import type { CountedQuotas } from "./quotas/create-quotas.ts";
import type { Registry } from "./registry.ts";

interface StatusDeps extends Pick<IotCoreStatus, "quotaScale" | "propagationDelayMs"> {
  readonly registry: Registry;
  readonly quotas: CountedQuotas;
  readonly connections: DeviceConnections | undefined;
}

export function readStatus(deps: StatusDeps): IotCoreStatus {
  const { registry, quotas, connections, quotaScale, propagationDelayMs } = deps;
  const { topicRules, ruleDeliveries } = registry.tables;
  const pending = ruleDeliveries.countByRule();
  return {
    certificatesByStatus: registry.counts.certificatesByStatus(),
    caCertificates: registry
      .caCertificates()
      .map(({ certificateId, certificatePem, ...certificate }) => ({
        id: certificateId,
        subject: new X509Certificate(certificatePem).subject.replaceAll("\n", ","),
        status: certificate.status,
        autoRegistrationStatus: certificate.autoRegistrationStatus,
        certificateMode: certificate.certificateMode,
      })),
    things: registry.counts.things(),
    policies: registry.counts.policies(),
    rules: topicRules.all().map(({ ruleName, ruleDisabled }) => ({
      name: ruleName,
      isDisabled: ruleDisabled,
      pendingDeliveries: pending.get(ruleName) ?? 0,
    })),
    connections: connections?.connected() ?? [],
    quotaScale,
    propagationDelayMs,
    throttled: quotas.throttled(),
  };
}
