import { createClients } from "../aws/create-clients.ts";
import { createHandleHealing } from "../lambda/handle-healing.ts";
import { createHandleRegistrations } from "../lambda/handle-registrations.ts";
import { readFunctionConfig } from "./config.ts";
import { createObserver } from "./observe.ts";
import { wireOnboarding } from "./onboarding.ts";

/** Puts the onboarding function together from its environment. */
export function wireOnboardFunction() {
  const { useCases, observer, config } = wireFunction("onboard");
  return {
    ...observer,
    handle: createHandleRegistrations({
      ...useCases,
      ...observer,
      maxReceiveCount: config.maxReceiveCount,
    }),
  };
}

/** Puts the healing function together from its environment. */
export function wireHealFunction() {
  const { useCases, observer } = wireFunction("heal");
  return { ...observer, handle: createHandleHealing({ ...useCases, ...observer }) };
}

function wireFunction(name: string) {
  const config = readFunctionConfig();
  const observer = createObserver(name);
  const clients = createClients({ region: config.region });
  const useCases = wireOnboarding({ ...config, clients, actor: `muster:${name}` });
  return { config, observer, useCases };
}
