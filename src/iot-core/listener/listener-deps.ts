import type {
  CaCertificate,
  CertificateStatus,
  DeviceCertificate,
  ReservedEvent,
  StandInIdentity,
} from "../model.ts";
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
  readonly isAttached: (thingName: string, certificateId: string) => boolean;
  /** The thing that a certificate is attached to as EXCLUSIVE_THING. */
  readonly exclusiveThingOf: (certificateId: string) => string | undefined;
  readonly effectivePolicyDocuments: (
    certificateId: string,
    thingName?: string,
  ) => readonly string[];
  /** Returns what ends the notifications. */
  readonly onCertificateStatus: (
    listener: (certificateId: string, status: CertificateStatus) => void,
  ) => () => void;

  readonly publishEvent: (event: ReservedEvent) => void;
  /**
   * Called once when a connection attempt is decided, and again for what an accepted connection
   * is refused or ended for.
   */
  readonly report: (attempt: ConnectionAttempt) => void;
  readonly now: () => Date;
}
