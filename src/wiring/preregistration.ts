import { setTimeout as sleep } from "node:timers/promises";
import type { OnCall } from "../aws/observe-calls.ts";
import { createCountMessages } from "../aws/sqs/count-messages.ts";
import { createSqsClient } from "../aws/sqs/create-sqs-client.ts";
import type { BatchLimits } from "../batches/batch-deps.ts";
import type { Preregistration } from "../batches/preregister/preregistration.ts";
import { MusterError } from "../rules/errors.ts";
import { type OnboardingWiring, wireOnboarding } from "./onboarding.ts";

export interface PreregistrationWiring extends Omit<OnboardingWiring, "pause"> {
  /** Registration events that wait or are being handled; none, where nobody can tell. */
  readonly countFirstConnects?: () => Promise<number>;
  /** Told of each certificate that could not be settled, for the log. */
  readonly onUnregistered?: (certificateId: string, error: unknown) => void;
}

/** Of one certificate: its attempt, and what it takes to read. */
const certificateMs = 45_000;

/**
 * Puts the registering in advance together: the same steps as after a first connect, over a client of
 * its own, which says when AWS IoT throttles.
 */
export function wirePreregistration({
  countFirstConnects = async () => 0,
  onUnregistered = () => {},
  ...wiring
}: PreregistrationWiring): Preregistration {
  let throttled = false;
  const bulkIot = wiring.clients.createBulkIot(() => {
    throttled = true;
  });
  const clients = { ...wiring.clients, iot: bulkIot, yieldingIot: bulkIot };
  const { preregisterCertificate } = wireOnboarding({ ...wiring, clients });
  return {
    preregister: async (certificateId) => {
      const signal = AbortSignal.timeout(certificateMs);
      try {
        const { status } = await preregisterCertificate(certificateId, signal);
        return status === "admitted" ? "registered" : "refused";
      } catch (error) {
        onUnregistered(certificateId, error);
        throw error;
      }
    },
    isInTheWay: async () => {
      const wasThrottled = throttled;
      throttled = false;
      return wasThrottled || (await countFirstConnects()) > 0;
    },
    pause: async (ms) => {
      await sleep(ms);
    },
  };
}

/** Nothing is registered by a function that only shows how far it is. */
export const preregisteredElsewhere: Preregistration = {
  preregister: elsewhere,
  isInTheWay: elsewhere,
  pause: elsewhere,
};

function elsewhere(): Promise<never> {
  return Promise.reject(new Error("Only the ingest function registers certificates in advance."));
}

/** What the environment says of the pace. @throws MusterError CONFIGURATION_INVALID */
export function readPace(
  env: NodeJS.ProcessEnv,
): Partial<Pick<BatchLimits, "registrationsPerSecond">> {
  const text = env["MUSTER_PREREGISTRATIONS_PER_SECOND"];
  if (!text) return {};
  const registrationsPerSecond = Number(text);
  if (registrationsPerSecond > 0 && registrationsPerSecond <= 1000) {
    return { registrationsPerSecond };
  }
  throw new MusterError(
    "CONFIGURATION_INVALID",
    `MUSTER_PREREGISTRATIONS_PER_SECOND is a number up to 1000, not "${text.slice(0, 40)}".`,
  );
}

/** How many first connects wait, where the environment names their queue. */
export function wireCountFirstConnects(
  env: NodeJS.ProcessEnv,
  region: string,
  onCall?: OnCall,
): Pick<PreregistrationWiring, "countFirstConnects"> {
  const queueUrl = env["MUSTER_REGISTRATIONS_QUEUE_URL"];
  if (!queueUrl) return {};
  const client = createSqsClient({ region, ...(onCall && { onCall }) });
  return { countFirstConnects: createCountMessages({ client, queueUrl }) };
}
