import { wireOnboarding } from "../src/wiring/onboarding.ts";
import { createBatchWorld, makeManifest } from "../test/batches/support.ts";
import { startDatabase } from "../test/support/database.ts";
import type { Figure } from "./figure.ts";
import { observeUnits, type Units } from "./observe-units.ts";
import { createOnboardWorld, tableNames } from "./onboard-world.ts";
import { prices } from "./prices.ts";

const rows = 2_000;
const devices = 40;
/** A round trip within a region, which the function waits for. */
const roundTripMs = 20;
const roundTrips = 6;
const memoryGigabytes = { onboard: 0.5, ingest: 1769 / 1024 };
/** Of the queue for each event: AWS IoT sends it, Lambda's poller receives and deletes it. */
const queueRequests = 3;
/** A device connects, is closed, and connects again. */
const connects = 2;
/** Lines that a settled event leaves, platform's included. */
const logBytes = 2_000;
const million = 1_000_000;
const registryOperations = [
  "CreateThing",
  "DescribeThing",
  "UpdateThing",
  "AttachThingPrincipal",
  "AddThingToThingGroup",
];

/**
 * What a million devices cost that are pushed, connect for the first time and are let in: the calls and
 * capacity units of a few of them, counted, at AWS's list prices. Idle, Muster costs what it stores.
 */
export async function run(): Promise<readonly Figure[]> {
  const pushed = await countPush();
  const admitted = await countAdmission();
  const dynamodb = (units: Units, of: number) =>
    (units.writes / of) * prices.dynamodbWriteUnit + (units.reads / of) * prices.dynamodbReadUnit;
  const registry =
    registryOperations.reduce((sum, name) => sum + (admitted.iot.get(name) ?? 0), 0) / devices;
  const onboardSeconds = (roundTrips * roundTripMs) / 1_000 + admitted.cpuSeconds / devices;
  const ingestSeconds = pushed.seconds / rows;
  const costs = {
    "push: DynamoDB": dynamodb(pushed, rows),
    "push: Lambda": ingestSeconds * memoryGigabytes.ingest * prices.lambdaGigabyteSecond,
    "first connect: AWS IoT messages and rule":
      connects * prices.iotMessage + prices.iotRuleTriggered + prices.iotRuleAction,
    "first connect: AWS IoT registry": registry * prices.iotRegistryOperation,
    "first connect: SQS": queueRequests * prices.sqsRequest,
    "first connect: Lambda":
      prices.lambdaRequest + onboardSeconds * memoryGigabytes.onboard * prices.lambdaGigabyteSecond,
    "first connect: DynamoDB": dynamodb(admitted, devices),
    "first connect: event out": prices.eventBridgeEvent,
    "first connect: logs": ((logBytes * million) / 1e9) * prices.logGigabyte,
  };
  const sum = Object.values(costs).reduce((one, other) => one + other, 0);
  return [
    figure("write units of a pushed row", pushed.writes / rows, "units"),
    figure("write units of an admission", admitted.writes / devices, "units"),
    figure("read units of an admission", admitted.reads / devices, "units"),
    figure("registry operations of an admission", registry, "calls"),
    ...Object.entries(costs).map(([name, dollars]) => figure(name, dollars, "$ a million")),
    figure("together", sum, "$ a million"),
  ];
}

function figure(name: string, value: number, unit: string): Figure {
  return { figure: name, value: Math.round(value * 100) / 100, unit };
}

async function countPush() {
  await using stack = new AsyncDisposableStack();
  const database = await startDatabase();
  stack.defer(() => database.close());
  const { bytes, ca } = makeManifest("csv", rows);
  const world = await createBatchWorld(database.url, {
    issuers: [ca],
    limits: { partRecords: rows },
  });
  const none = { middlewareStack: { add: () => {} } } as never;
  const units = observeUnits({ dynamodb: world.tables.client, iot: none });
  const before = performance.now();
  await world.push(bytes);
  await world.drain();
  return { ...units, seconds: (performance.now() - before) / 1_000 };
}

async function countAdmission() {
  await using world = await createOnboardWorld(devices + 1);
  const clients = world.newClients();
  const { onboardDevice } = wireOnboarding({ clients, ...tableNames, actor: "bench" });
  const [first, ...leaves] = world.leaves;
  // What is remembered from then on is not asked for again.
  if (first) await onboardDevice(await world.connect(first), AbortSignal.timeout(60_000));
  const units = observeUnits(clients);
  let cpu = 0;
  for (const leaf of leaves) {
    const event = await world.connect(leaf);
    const before = process.cpuUsage();
    await onboardDevice(event, AbortSignal.timeout(60_000));
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1e6;
  }
  return { ...units, cpuSeconds: cpu };
}
