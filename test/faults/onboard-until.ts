import { createClients } from "../../src/aws/create-clients.ts";
import { wireOnboarding } from "../../src/wiring/onboarding.ts";
import { injectFaults } from "../support/faults.ts";

/**
 * Onboards one device in a process of its own and stops dead at one call, to be killed there:
 * `{ target, names, event, at, kind, nowMs }` comes as the one argument, in JSON.
 */
const { target, names, event, at, kind, nowMs } = JSON.parse(process.argv[2] ?? "");
const clients = createClients({ ...target, random: () => 0 });
const onHang = () => {
  // Nothing is under way any more; stay to be killed.
  setInterval(() => {}, 1_000);
  process.send?.("reached");
};
injectFaults({ calls: [], faults: { [at]: [{ kind, onHang }] } }, [
  clients.iot,
  clients.yieldingIot,
  clients.dynamodb,
]);
const { onboardDevice } = wireOnboarding({
  clients,
  ...names,
  actor: "muster:onboard",
  now: () => new Date(nowMs),
});
await onboardDevice(event, AbortSignal.timeout(60_000));
process.send?.("settled");
