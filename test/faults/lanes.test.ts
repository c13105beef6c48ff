import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeCertificateCommand, IoTClient } from "@aws-sdk/client-iot";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BatchViewer } from "../../src/batches/batch-use-cases.ts";
import { createBatchUseCases } from "../../src/batches/create-batch-use-cases.ts";
import { createHandleBatchMessage } from "../../src/batches/handle-batch-message.ts";
import { wireBatchDeps } from "../../src/wiring/batches.ts";
import { wirePreregistration } from "../../src/wiring/preregistration.ts";
import { injectFaults } from "../support/faults.ts";
import { createMemoryObjects } from "../support/memory-objects.ts";
import { createWorld, type World } from "../support/world.ts";

/** AWS's quotas, twice: 20 UpdateCertificate a second, of which the registering has half. */
const quotaScale = 2;
const registrationsPerSecond = 10;
/** Certificates that the registering has in hand at a time, and calls to AWS IoT that each takes. */
const inHand = 3;
const callsOfCertificate = 6;
const preregistered = 60;
const firstConnects = 40;
/** Minutes of waiting teach little: a second of the queue's delay takes so long. */
const delaySecondMs = 20;
const longestDelaySeconds = 900;

let world: World;
beforeAll(async () => {
  world = await createWorld({ quotaScale });
});
afterAll(() => world.close());

const operator: BatchViewer = { role: "operator", actor: "operator:test" };
const profile = `
name: lamp
registration: preregister
thing: { name: "\${cn}" }
policy: { publish: ["dt/\${thingName}"] }
`;

/** First connects find none of it left, however slowly this machine lets them come. */
async function useUpQuota(): Promise<void> {
  const client = new IoTClient({
    endpoint: world.iotCore.controlPlaneUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "others", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const ask = () =>
    client.send(new DescribeCertificateCommand({ certificateId: "0".repeat(64) })).catch(() => {});
  const isThrottled = () => (world.iotCore.status().throttled["DescribeCertificate"] ?? 0) > 0;
  while (!isThrottled()) await Promise.all(Array.from({ length: 100 }, ask));
  client.destroy();
}

/** The manufacturer's side, with a queue whose messages are delivered as they are due. */
function startWorker(countFirstConnects: () => Promise<number>) {
  const bulkCalls: string[] = [];
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const { clients, names, now } = world;
  const createBulkIot: typeof clients.createBulkIot = (onThrottled) => {
    const client = clients.createBulkIot(onThrottled);
    injectFaults({ calls: bulkCalls }, [client]);
    return client;
  };
  const wiring = { ...names, clients: { ...clients, createBulkIot }, now, actor: "muster:ingest" };
  const deps = wireBatchDeps(
    {
      ...wiring,
      objects: createMemoryObjects().store,
      limits: { registrationsPerSecond },
      queue: {
        send: async (message, { delaySeconds = 0 } = {}) => {
          // What looks after messages that were lost has nothing to do here.
          if (delaySeconds === longestDelaySeconds) return;
          const delivered = sleep(delaySeconds * delaySecondMs)
            .then(() => handle(message))
            .catch((error: unknown) => {
              failures.push(error);
            })
            .finally(() => running.delete(delivered));
          running.add(delivered);
        },
      },
    },
    {
      heal: async () => undefined,
      settle: async () => [],
      preregistration: wirePreregistration({ ...wiring, countFirstConnects }),
      actor: "muster:ingest",
    },
  );
  const handle = createHandleBatchMessage(deps);
  return {
    bulkCalls,
    failures,
    useCases: createBatchUseCases(deps),
    settled: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

test("first connects go before what is registered in advance: it stops with what it has in hand", {
  timeout: 60_000,
}, async () => {
  await world.operator.applyProfile(profile);
  const leaves = await Promise.all(Array.from({ length: preregistered }, () => world.device()));
  const waitingDevices = await Promise.all(
    Array.from({ length: firstConnects }, () => world.device()),
  );
  await world.land(...waitingDevices);
  let waiting = 0;
  const worker = startWorker(async () => waiting);
  const { useCases, bulkCalls } = worker;

  const content = Buffer.from(leaves.map(({ pem }) => pem).join(""));
  const { batch } = await useCases.open(operator, {
    manufacturer: "acme",
    profile: "lamp",
    fileName: "lamps.pem",
    bytes: content.length,
    sha256: hash("sha256", content, "hex"),
    content,
  });
  const show = () => useCases.show(operator, batch.id);
  await expect.poll(async () => (await show()).status).toBe("awaiting-approval");
  await useCases.approve(operator, batch.id, preregistered);
  await expect.poll(() => bulkCalls.length, { timeout: 20_000 }).toBeGreaterThan(60);

  const events = waitingDevices.map((leaf) => world.connect(leaf));
  waiting = events.length;
  await useUpQuota();
  const before = bulkCalls.length;
  const { onboardDevice } = world.onboarding();
  const outcomes = await Promise.all(
    events.map(async (event) => {
      const { outcome } = await onboardDevice(event, AbortSignal.timeout(30_000));
      return outcome;
    }),
  );
  expect(new Set(outcomes)).toEqual(new Set(["admitted"]));
  // Each of its calls takes one call's worth of the quota from them, and no more than these are made.
  expect(bulkCalls.length - before).toBeLessThanOrEqual(inHand * callsOfCertificate);
  expect((await show()).registration?.registered).toBeLessThan(preregistered);

  waiting = 0;
  await worker.settled();
  expect(worker.failures).toEqual([]);
  expect(await show()).toMatchObject({
    status: "completed",
    registration: { total: preregistered, registered: preregistered, refused: 0, failed: 0 },
  });
  const statuses = leaves.map(
    ({ certificateId }) => world.iotCore.registry.findCertificate(certificateId)?.status,
  );
  expect(new Set(statuses)).toEqual(new Set(["ACTIVE"]));
  // One call each, and a second look where the first had become old.
  const made = (name: string) => bulkCalls.filter((call) => call.startsWith(`${name}#`)).length;
  expect(made("RegisterCertificateWithoutCA")).toBe(preregistered);
  expect(made("UpdateCertificate")).toBe(preregistered);
});
