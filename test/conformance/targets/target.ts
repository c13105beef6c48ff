import type { IoTClientConfig } from "@aws-sdk/client-iot";

type TargetName = "stand-in" | "ministack" | "aws" | "endpoint";

/** What is asked to behave as AWS IoT, and how it may be asked. */
export interface Target extends AsyncDisposable {
  readonly name: TargetName;
  readonly region: string;
  /** Nobody said it: the server's ARNs tell. */
  readonly isRegionAssumed?: boolean;
  /** Of the control plane; without it the SDK's own. */
  readonly iotEndpoint?: string;
  /** Of the HTTP data plane; without it `https://<device endpoint>`. */
  readonly dataEndpoint?: string;
  /** Without them the SDK's own search. */
  readonly credentials?: NonNullable<IoTClientConfig["credentials"]>;
  readonly mqtt: MqttEndpoint;
  /** Whether the server was started for this run, so that nothing has to be taken away. */
  readonly endsWithRun: boolean;
  /** Whether nobody else uses the account. */
  readonly isOwn: boolean;
  /** Control-plane calls; without it as many as come. */
  readonly callsPerSecond?: number;
  /** Between two CONNECTs of one client id. */
  readonly connectSpacingMs: number;
  /** How long something that must happen may take. */
  readonly patienceMs: number;
  /** How long to wait for something that must not happen. */
  readonly settleMs: number;
  /** Areas that run at once. */
  readonly parallel: number;
  /** Whether changes take a while to reach the device endpoint. */
  readonly isEventual: boolean;
  /** Where what it does otherwise is known: the reason by case id. */
  readonly deviations: Readonly<Record<string, string>>;
  /** Another, which keeps AWS's default quotas. */
  readonly withQuotas?: () => Promise<Target>;
}

interface MqttEndpoint {
  /** Without it the one that DescribeEndpoint tells. */
  readonly host?: string;
  readonly port: number;
  /** PEM of the CA that signed the server's certificate; without it the public ones. */
  readonly caPem?: string;
  /** Where the server's CA cannot be known beforehand. */
  readonly isUnverified?: boolean;
}
