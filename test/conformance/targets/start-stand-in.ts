import { createServerIdentity } from "../../../src/iot-core/listener/create-server-identity.ts";
import { startIotCore } from "../../../src/iot-core/start-iot-core.ts";
import { standInDeviations } from "../stand-in-deviations.ts";
import type { Target } from "./target.ts";

const region = "eu-central-1";
const endpointAddress = `conformance-ats.iot.${region}.localhost`;

/** Starts the stand-in on free ports of this machine, without quotas, its state in memory. */
export async function startStandIn(quotaScale = 0): Promise<Target> {
  const server = await createServerIdentity([endpointAddress, "127.0.0.1"]);
  const iotCore = await startIotCore({
    stateFile: ":memory:",
    controlPlanePort: 0,
    identity: { accountId: "123456789012", region, endpointAddress },
    now: () => new Date(),
    quotaScale,
    listener: { port: 0, server, report: () => {} },
  });
  return {
    name: "stand-in",
    region,
    iotEndpoint: iotCore.controlPlaneUrl,
    dataEndpoint: iotCore.controlPlaneUrl,
    credentials: { accessKeyId: "conformance", secretAccessKey: "conformance" },
    mqtt: { host: "127.0.0.1", port: iotCore.listener?.port ?? 0, caPem: server.caPem },
    endsWithRun: true,
    isOwn: true,
    connectSpacingMs: quotaScale === 0 ? 0 : 1100,
    patienceMs: 5000,
    settleMs: 300,
    parallel: 8,
    isEventual: false,
    deviations: standInDeviations,
    ...(quotaScale === 0 && { withQuotas: () => startStandIn(1) }),
    [Symbol.asyncDispose]: () => iotCore.close(),
  };
}
