import type { ConnectionDescription } from "./device-connections.ts";
import type { CaCertificate, CertificateStatus } from "./model.ts";

/** What the stand-in holds and does at one moment, for people to read. */
export interface IotCoreStatus {
  /** How many device certificates have each status; every status is there. */
  readonly certificatesByStatus: Readonly<Record<CertificateStatus, number>>;
  /** In the order of their registration. */
  readonly caCertificates: readonly CaCertificateStatus[];
  readonly things: number;
  readonly policies: number;
  /** By name. */
  readonly rules: readonly RuleStatus[];
  /** Connected now, in no order. */
  readonly connections: readonly ConnectionDescription[];
  /** Of AWS's default quotas; 0 for none at all. */
  readonly quotaScale: number;
  readonly propagationDelayMs: number;
  /** How often each quota refused since the start; only those that did. */
  readonly throttled: Readonly<Record<string, number>>;
}

interface CaCertificateStatus
  extends Pick<CaCertificate, "status" | "autoRegistrationStatus" | "certificateMode"> {
  readonly id: string;
  /** One line, as `CN=…,O=…`. */
  readonly subject: string;
}

interface RuleStatus {
  readonly name: string;
  readonly isDisabled: boolean;
  /** Messages whose actions are neither done nor given up on. */
  readonly pendingDeliveries: number;
}
