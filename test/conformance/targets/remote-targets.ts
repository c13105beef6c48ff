import { readFileSync } from "node:fs";
import { standInDeviations } from "../stand-in-deviations.ts";
import type { Target } from "./target.ts";

const callsPerSecond = 8;
/** AWS lets a client id connect once in a second. */
const connectSpacingMs = 1100;
const nothingToClose = { [Symbol.asyncDispose]: () => Promise.resolve() };

/** A real account, found as the AWS SDK finds it. */
export function createAwsTarget(region: string, isAccountWideAllowed: boolean): Target {
  return {
    ...nothingToClose,
    name: "aws",
    region,
    mqtt: { port: 8883 },
    endsWithRun: false,
    isOwn: isAccountWideAllowed,
    callsPerSecond,
    connectSpacingMs,
    // Changes of policies take AWS up to minutes.
    patienceMs: 60_000,
    settleMs: 5000,
    parallel: 4,
    isEventual: true,
    deviations: {},
  };
}

export interface EndpointOptions {
  readonly endpoint: string;
  /** As `127.0.0.1:8883`. */
  readonly mqtt: string;
  /** Path of a PEM file. */
  readonly ca: string | undefined;
  /** Without it that of the server's ARNs. */
  readonly region: string | undefined;
  /** Whether the cases may touch what the whole account shares. */
  readonly accountWide: boolean;
}

/** A server that runs already, such as that of `muster local`; it keeps AWS's quotas. */
export function createEndpointTarget({
  endpoint,
  mqtt,
  ca,
  region,
  accountWide,
}: EndpointOptions): Target {
  const colon = mqtt.lastIndexOf(":");
  return {
    ...nothingToClose,
    name: "endpoint",
    region: region ?? "us-east-1",
    isRegionAssumed: region === undefined,
    iotEndpoint: endpoint,
    dataEndpoint: endpoint,
    credentials: { accessKeyId: "conformance", secretAccessKey: "conformance" },
    mqtt: {
      host: mqtt.slice(0, colon),
      port: Number(mqtt.slice(colon + 1)),
      ...(ca !== undefined && { caPem: readFileSync(ca, "utf8") }),
    },
    endsWithRun: false,
    isOwn: accountWide,
    callsPerSecond,
    connectSpacingMs,
    patienceMs: 10_000,
    settleMs: 500,
    parallel: 8,
    isEventual: false,
    deviations: standInDeviations,
  };
}
