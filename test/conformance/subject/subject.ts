import type { ConnectionOptions } from "node:tls";
import type { CertificateStatus, IoT, ThingPrincipalType } from "@aws-sdk/client-iot";
import type { CallDataPlane } from "./create-data-plane.ts";
import type { Identity, IssueOptions } from "./issue-certificate.ts";
import type { Journal } from "./journal.ts";
import type { ConnectChanges, Session } from "./mqtt-session.ts";
import type { Link, MqttVersion } from "./open-link.ts";

/** What a case has in its hands: AWS's control plane, its data plane, and devices. */
export interface Subject {
  readonly iot: IoT;
  readonly data: CallDataPlane;
  readonly region: string;
  readonly accountId: string;
  /** Host name that devices dial. */
  readonly endpointAddress: string;
  /** How long something that must happen may take. */
  readonly patienceMs: number;
  /** ARN of a resource of the service `iot`, as `cert/…`. */
  readonly arn: (resource: string) => string;
  /** A name that nothing else has. */
  readonly name: (label?: string) => string;
  /** The same as a name of a rule, which may have no hyphen. */
  readonly ruleName: (label?: string) => string;
  readonly issue: (options?: IssueOptions) => Promise<Identity>;
  readonly issueCa: (options?: IssueOptions) => Promise<Identity>;
  /** A CA in SNI_ONLY mode, ACTIVE and with auto-registration unless changed. */
  readonly registerCa: (options?: RegisterCaOptions) => Promise<Identity>;
  /** A certificate registered without a CA, that may do everything under the suite's names. */
  readonly device: (options?: DeviceOptions) => Promise<Device>;
  /** A device whose policy has these statements alone. */
  readonly deviceThatMay: (...statements: readonly Statement[]) => Promise<Device>;
  readonly attachPolicy: (target: string, ...statements: readonly Statement[]) => Promise<string>;
  readonly thing: (options?: {
    readonly attachedTo?: Device;
    readonly type?: ThingPrincipalType;
  }) => Promise<string>;
  /** Completes the TLS handshake and no more. */
  readonly open: (identity: Identity | undefined, options?: OpenOptions) => Promise<Link>;
  /** Sends CONNECT and tells what came: `accepted`, `closed without CONNACK`, `CONNACK 5`, `TLS refused`. */
  readonly attempt: (identity: Identity | undefined, options?: ConnectOptions) => Promise<string>;
  /** Connects; rejects with a Mismatch when it is refused. */
  readonly connect: (identity: Identity, options?: ConnectOptions) => Promise<Session>;
  /** A connection of a device of its own, subscribed to these filters. */
  readonly watch: (...filters: readonly string[]) => Promise<Session>;
  /** Waits for what must not happen. */
  readonly settle: () => Promise<void>;
  /** Something to do when the case is over, however it ends. */
  readonly afterwards: (act: () => unknown) => void;
  /** Notes what no call names, to be taken away: a retained message, a certificate of AWS's own. */
  readonly note: Journal["note"];
}

export interface RegisterCaOptions extends IssueOptions {
  readonly ca?: Identity;
  readonly status?: "ACTIVE" | "INACTIVE";
  readonly autoRegistration?: "ENABLE" | "DISABLE";
}

interface DeviceOptions extends IssueOptions {
  readonly status?: CertificateStatus;
  /** Without a policy. */
  readonly bare?: boolean;
}

export interface Device extends Identity {
  readonly arn: string;
}

export interface Statement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

export interface OpenOptions {
  readonly version?: MqttVersion;
  readonly tls?: ConnectionOptions;
}

export interface ConnectOptions extends OpenOptions {
  readonly clientId?: string;
  readonly packet?: ConnectChanges;
  /** Without the wait that AWS asks of a client id between two connects. */
  readonly isHurried?: boolean;
}
