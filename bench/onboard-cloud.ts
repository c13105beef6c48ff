import { startIotCore } from "../src/iot-core/start-iot-core.ts";
import { identity } from "../test/support/identity.ts";

/** The stand-in in a process of its own, so that its work is not counted as onboarding's. */
const iotCore = await startIotCore({
  stateFile: ":memory:",
  controlPlanePort: 0,
  identity,
  now: () => new Date(),
  publishEvent: () => {},
});
process.on("message", (registration: { certificatePem: string; caCertificateId: string }) => {
  iotCore.registry.registerAtConnect({ ...registration, now: new Date() });
  process.send?.("registered");
});
process.on("disconnect", () => process.exit(0));
process.send?.(iotCore.controlPlaneUrl);
