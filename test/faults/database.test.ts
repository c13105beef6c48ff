import {
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClients } from "../../src/aws/create-clients.ts";
import { wireOnboarding } from "../../src/wiring/onboarding.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const inside = { status: "admitted", iotStatus: "ACTIVE", audit: ["admitted"], chainBreaks: [] };

function cancelled(code: string): TransactionCanceledException {
  return new TransactionCanceledException({
    message: "cancelled",
    $metadata: {},
    CancellationReasons: [{ Code: "None" }, { Code: code }],
  });
}

/** Makes the database misbehave for the first calls of one kind. */
function disturb(
  client: DynamoDBClient,
  command: typeof BatchGetItemCommand | typeof TransactWriteItemsCommand,
  times: number,
  misbehave: (answer: () => Promise<unknown>, input: object) => Promise<unknown>,
): void {
  let left = times;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (`${context.commandName}` !== command.name || left === 0) return next(args);
      left -= 1;
      return (await misbehave(() => next(args), args.input)) as Awaited<ReturnType<typeof next>>;
    },
    { step: "initialize", priority: "high" },
  );
}

async function onboardWith(prepare: (client: DynamoDBClient) => void) {
  const leaf = await world.device();
  await world.land(leaf);
  const clients = createClients(world.target);
  prepare(clients.dynamodb);
  const { onboardDevice } = wireOnboarding({
    clients,
    ...world.names,
    actor: "test",
    now: world.now,
  });
  const run = onboardDevice(world.connect(leaf), AbortSignal.timeout(20_000));
  return { leaf, run };
}

describe("a database that is busy", () => {
  test.for(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
    "transactions cancelled by %s are tried again",
    async (code) => {
      const { leaf, run } = await onboardWith((client) =>
        disturb(client, TransactWriteItemsCommand, 3, () => Promise.reject(cancelled(code))),
      );
      expect(await run).toMatchObject({ outcome: "admitted" });
      expect(await world.outcome(leaf)).toMatchObject(inside);
    },
  );

  test("a transaction cancelled for good is no success", async () => {
    const { leaf, run } = await onboardWith((client) =>
      disturb(client, TransactWriteItemsCommand, 1, () =>
        Promise.reject(cancelled("ValidationError")),
      ),
    );
    await expect(run).rejects.toThrow();
    expect(await world.outcome(leaf)).toMatchObject({ iotStatus: "PENDING_ACTIVATION", audit: [] });
  });

  test("keys it leaves unprocessed are asked for again", async () => {
    const { leaf, run } = await onboardWith((client) =>
      disturb(client, BatchGetItemCommand, 2, async (_, input) => {
        const { RequestItems } = input as { RequestItems: object };
        return {
          response: {},
          output: { $metadata: {}, Responses: {}, UnprocessedKeys: RequestItems },
        };
      }),
    );
    expect(await run).toMatchObject({ outcome: "admitted" });
    expect(await world.outcome(leaf)).toMatchObject(inside);
  });

  test("real conflicts between transactions on one certificate lose nothing", async () => {
    const leaf = await world.device();
    const acts = Array.from({ length: 12 }, (_, number) =>
      world.operator.changeStanding({
        certificateId: leaf.certificateId,
        act: number % 2 === 0 ? "hold" : "revoke",
        reason: String(number),
        signal: AbortSignal.timeout(20_000),
      }),
    );
    const results = await Promise.allSettled(acts);
    const done = results.filter(({ status }) => status === "fulfilled").length;
    const { audit, chainBreaks } = await world.outcome(leaf);
    expect(audit).toHaveLength(done);
    expect(chainBreaks).toEqual([]);
  });
});
