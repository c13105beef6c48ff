import { createClients } from "../aws/create-clients.ts";
import { createCountWaiting } from "../aws/dynamodb/waiting-store.ts";
import { createHandleHealing } from "../lambda/handle-healing.ts";
import { createHandleRegistrations } from "../lambda/handle-registrations.ts";
import { readFunctionConfig } from "./config.ts";
import { createObserver } from "./observe.ts";
import { wireOnboarding } from "./onboarding.ts";
import { toTables } from "./to-tables.ts";

/** Puts the onboarding function together from its environment. */
export function wireOnboardFunction() {
  const { useCases, observer, config } = wireFunction("onboard");
  const { logger } = observer;
  const handle = createHandleRegistrations({
    ...useCases,
    ...observer,
    maxReceiveCount: config.maxReceiveCount,
  });
  return { logger, handle };
}

/** Puts the healing function together from its environment. */
export function wireHealFunction() {
  const { useCases, observer, wiring } = wireFunction("heal");
  const { logger } = observer;
  const countWaiting = createCountWaiting(toTables(wiring));
  return { logger, handle: createHandleHealing({ ...useCases, ...observer, countWaiting }) };
}

function wireFunction(name: string) {
  const config = readFunctionConfig();
  const observer = createObserver(name, config.stage);
  const { onCall, onRecorded } = observer;
  const clients = createClients({ region: config.region, onCall });
  const wiring = { ...config, clients, actor: `muster:${name}`, onRecorded };
  return { config, observer, wiring, useCases: wireOnboarding(wiring) };
}
