import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSendEvents } from "../../src/access/audit/send-events.ts";
import { createClients } from "../../src/aws/create-clients.ts";
import { createReadBetween, createReadChain } from "../../src/aws/dynamodb/audit-store.ts";
import { createEventBridgeClient } from "../../src/aws/eventbridge/create-event-bridge-client.ts";
import { createPutEvents } from "../../src/aws/eventbridge/put-events.ts";
import { toTables } from "../../src/wiring/to-tables.ts";
import { type EventBus, startEventBus } from "../support/event-bus.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let bus: EventBus;
beforeAll(async () => {
  [world, bus] = await Promise.all([createWorld(), startEventBus()]);
});
afterAll(async () => {
  bus.close();
  await world.close();
});

function setup() {
  const tables = toTables({ clients: createClients(world.target), ...world.names });
  const { region, credentials } = world.target;
  const client = createEventBridgeClient({ region, credentials, endpoint: bus.endpoint });
  return createSendEvents({
    stage: "test",
    putEvents: createPutEvents({ client, bus: "muster-test" }),
    readSubject: async (subject) => (await createReadChain(tables)(subject)).records,
    readBetween: createReadBetween(tables),
  });
}

const signal = AbortSignal.timeout(60_000);

/** Devices that connect and are let in, one a minute. @returns when the first and the last were. */
async function admit(count: number) {
  const leaves = await Promise.all(Array.from({ length: count }, () => world.device()));
  await world.land(...leaves);
  const { onboardDevice } = world.onboarding();
  const times: string[] = [];
  for (const leaf of leaves) {
    world.advance(60_000);
    await onboardDevice(world.connect(leaf), signal);
    times.push(world.now().toISOString());
  }
  world.advance(60_000);
  return { leaves, from: times[0] ?? "", to: times.at(-1) ?? "" };
}

describe("events that are sent once more", () => {
  test("are those of all records between two moments, whoever they are about", async () => {
    const { from, to } = await admit(12);
    await admit(1);
    bus.expect();
    expect(await setup()({ from, to }, signal)).toEqual({ records: 12, sent: 12, failed: [] });
    expect(bus.calls).toEqual([10, 2]);
    expect(new Set(bus.taken.map(({ DetailType }) => DetailType))).toEqual(new Set(["admitted"]));
  });

  test("are those of one subject, in its order", async () => {
    const { leaves } = await admit(1);
    const certificateId = leaves[0]?.certificateId ?? "";
    await world.operator.changeStanding({ certificateId, act: "revoke", reason: "lost", signal });
    bus.expect();
    const { sent } = await setup()({ subject: `CERT#${certificateId}` }, signal);
    expect(sent).toBe(3);
    const details = bus.taken.map(({ DetailType, Detail }) => [
      DetailType,
      JSON.parse(Detail).sequence,
    ]);
    expect(details).toEqual([
      ["admitted", 1],
      ["revoked", 2],
      ["rejected", 3],
    ]);
  });

  test("that the bus refuses are named, with its code", async () => {
    const { leaves, from, to } = await admit(2);
    bus.expect({ entries: [undefined, "MalformedDetail"] });
    const { sent, failed } = await setup()({ from, to }, signal);
    expect(sent).toBe(1);
    const subjects = leaves.map((leaf) => `CERT#${leaf.certificateId}`);
    expect(failed).toEqual([{ subject: expect.any(String), sequence: 1, code: "MalformedDetail" }]);
    expect(subjects).toContain(failed[0]?.subject);
  });
});
