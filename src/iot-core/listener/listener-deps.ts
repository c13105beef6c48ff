import type {
  CaCertificate,
  CertificateStatus,
  DeviceCertificate,
  ReservedEvent,
  StandInIdentity,
} from "../model.ts";
import type { EffectivePolicy } from "../policy/policy-cache.ts";
import type { ThingFacts } from "../policy/to-resource-arn.ts";
import type { Quotas } from "../quotas/quotas.ts";
import type { RegistryTables } from "../registry.ts";
import type { ConnectionAttempt } from "./connection-attempt.ts";

export interface ListenerDeps {
  readonly identity: StandInIdentity;
  /** 0 takes a free one. */
  readonly port: number;
  /** Good for `identity.endpointAddress`, `localhost` and `127.0.0.1`. */
  readonly server: { readonly keyPem: string; readonly certificatePem: string };
  readonly maxTlsVersion?: "TLSv1.2" | "TLSv1.3";

  readonly caCertificates: () => readonly CaCertificate[];
  readonly findCertificate: (certificateId: string) => DeviceCertificate | undefined;
  readonly registerAtConnect: (input: {
    readonly certificatePem: string;
    readonly caCertificateId: string;
    readonly now: Date;
  }) => DeviceCertificate;
  /** Runs `work` wholly or, when it throws, not at all. Must not be nested. */
  readonly transaction: (work: () => void) => void;
  readonly isAttached: (thingName: string, certificateId: string) => boolean;
  /** The thing that a certificate is attached to as EXCLUSIVE_THING. */
  readonly exclusiveThingOf: (certificateId: string) => string | undefined;
  readonly findThing: (thingName: string) => ThingFacts | undefined;
  readonly effectivePolicies: (
    certificateId: string,
    thingName?: string,
  ) => readonly EffectivePolicy[];
  /** Returns what ends the notifications. */
  readonly onCertificateStatus: (
    listener: (certificateId: string, status: CertificateStatus) => void,
  ) => () => void;

  /** Where persistent sessions, what waits for them, and retained messages are kept. */
  readonly tables: Pick<RegistryTables, "queuedMessages" | "retainedMessages" | "sessions">;
  /** Without it there are none. */
  readonly quotas?: Quotas;
  /** How long after its certificate's deactivation a connection ends; 0 by default. */
  readonly propagationDelayMs?: number;

  readonly publishEvent: (event: ReservedEvent) => void;
  /** Takes every message that a device was allowed to publish, wills included. */
  readonly onMessage?: (message: DeviceMessage) => void;
  /**
   * Called once when a connection attempt is decided, and again for what an accepted connection
   * is refused or ended for.
   */
  readonly report: (attempt: ConnectionAttempt) => void;
  readonly now: () => Date;
}

export interface DeviceMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string;
  readonly certificateId: string;
}
