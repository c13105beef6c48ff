import { findFreePort } from "../../../src/local/ports.ts";
import { greetDeviceEndpoint, ministackLauncher } from "../../support/ministack-devices.ts";
import { preparePython } from "../../support/python-environment.ts";
import { runMinistack, startAgain } from "../../support/run-ministack.ts";
import { ministackDeviations } from "../ministack-deviations.ts";
import type { Target } from "./target.ts";

/** Installs MiniStack where it is not yet, and starts it on loopback. */
export function startMinistack(): Promise<Target> {
  return startAgain(start);
}

async function start(): Promise<Target> {
  const mqttPort = await findFreePort();
  const { region, endpoint, credentials, close } = await runMinistack({
    program: preparePython("ministack", "cryptography"),
    args: ["-c", ministackLauncher],
    env: { IOT_MTLS_PORT: String(mqttPort), MINISTACK_HOST: "localhost" },
    isReady: async () => (await greetDeviceEndpoint(mqttPort)).length > 0,
  });
  return {
    name: "ministack",
    region,
    iotEndpoint: endpoint,
    dataEndpoint: endpoint,
    credentials,
    mqtt: { host: "127.0.0.1", port: mqttPort, isUnverified: true },
    endsWithRun: true,
    isOwn: true,
    connectSpacingMs: 0,
    patienceMs: 3000,
    settleMs: 500,
    parallel: 4,
    isEventual: false,
    deviations: ministackDeviations,
    [Symbol.asyncDispose]: close,
  };
}
