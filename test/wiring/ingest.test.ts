import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClients } from "../../src/aws/create-clients.ts";
import { injectFaults } from "../support/faults.ts";
import { acme, createIngest, operator } from "../support/ingest.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const signal = () => AbortSignal.timeout(20_000);

async function parked(count: number) {
  const leaves = await Promise.all(Array.from({ length: count }, () => world.device()));
  const { onboardDevice } = world.onboarding();
  for (const leaf of leaves) {
    const { outcome } = await onboardDevice(world.connect(leaf), signal());
    expect(outcome).toBe("quarantined");
  }
  return leaves;
}

describe("a batch that lands", () => {
  test.for([
    ["smaller than what waits", 1, 3],
    ["greater than what waits", 8, 0],
  ] as const)("lets in those that waited for it, %s", async ([, unseen, strangers]) => {
    const [waiting, others] = [await parked(2), await parked(strangers)];
    const more = await Promise.all(Array.from({ length: unseen }, () => world.device()));
    const ingest = createIngest(world);
    await ingest.push([...waiting, ...more]);
    await ingest.drain();
    expect(ingest.healed).toEqual([{ looked: 2, admitted: 2, changed: 2, failed: [] }]);
    for (const leaf of waiting) {
      expect(await world.outcome(leaf)).toMatchObject({
        status: "admitted",
        iotStatus: "ACTIVE",
        attached: true,
        chainBreaks: [],
      });
    }
    for (const leaf of others) {
      expect(await world.outcome(leaf)).toMatchObject({ status: "quarantined" });
    }
    for (const leaf of others) await world.land(leaf);
    await world.operator.healCertificates({ signal: signal() });
  });

  test("that is recalled keeps its devices out, and lets them in again when it is released", async () => {
    const leaves = await parked(2);
    const ingest = createIngest(world);
    const id = await ingest.push(leaves);
    await ingest.drain();
    await ingest.batches.recall(acme, id, "wrong keys");
    await ingest.drain();
    for (const leaf of leaves) {
      expect(await world.outcome(leaf)).toMatchObject({
        status: "rejected",
        codes: ["BATCH_RECALLED"],
        iotStatus: "INACTIVE",
      });
    }
    await ingest.batches.release(operator, id, "right keys");
    await ingest.drain();
    for (const leaf of leaves) {
      expect(await world.outcome(leaf)).toMatchObject({ status: "admitted", iotStatus: "ACTIVE" });
    }
  });

  test("and is recalled with one that cannot be parked parks the others, and that one later", async () => {
    const leaves = await parked(3);
    const ingest = createIngest(world);
    const id = await ingest.push(leaves);
    await ingest.drain();
    const clients = createClients(world.target);
    const faults = { "UpdateCertificate#1": [{ kind: "error-before" as const }] };
    injectFaults({ calls: [], faults }, [clients.iot]);
    const faulty = createIngest({ ...world, clients });
    await faulty.batches.recall(acme, id, "wrong keys");
    const recall = faulty.queued.splice(0);
    for (const { message } of recall) await faulty.worker.handleBatchMessage(message);
    const statuses = async () =>
      Promise.all(leaves.map(async (leaf) => (await world.outcome(leaf)).iotStatus));
    const before = await statuses();
    expect(before.filter((status) => status === "ACTIVE")).toHaveLength(1);
    world.advance(60_000);
    await faulty.drain();
    expect(await statuses()).toEqual(["INACTIVE", "INACTIVE", "INACTIVE"]);
  });
});
