import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openDurableQueue } from "../../src/local/durable-queue.ts";
import { startEventSource } from "../../src/local/event-source.ts";

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

function open() {
  const queue = openDurableQueue({
    file: ":memory:",
    region: "local-1",
    arn: "arn",
    visibilityTimeoutMs: 20,
    maxReceiveCount: 2,
    now: () => new Date(),
  });
  onTestFinished(() => queue.close());
  const start = (invoke: (event: Batch) => Promise<unknown>, batchSize?: number) => {
    const source = startEventSource({
      queue,
      invoke: (event) => invoke(event as Batch),
      ...(batchSize !== undefined && { batchSize }),
      now: () => new Date(),
      onFailure: () => {},
    });
    onTestFinished(source.stop);
    return source;
  };
  return { queue, start };
}

function setup(invoke: (event: Batch) => Promise<unknown>) {
  const { queue, start } = open();
  const source = start(invoke);
  const send = (message: object) => {
    queue.send(JSON.stringify(message));
    source.wake();
  };
  return { queue, send };
}

describe("from queue to function", () => {
  test("a message reaches the function, and is gone when that is done", async () => {
    const bodies: string[] = [];
    const { queue, send } = setup(async ({ Records }) => {
      bodies.push(...Records.map(({ body }) => body));
    });
    send({ n: 1 });
    await vi.waitFor(() => expect(bodies).toEqual(['{"n":1}']));
    await vi.waitFor(() => expect(queue.nextAt()).toBeUndefined());
  });

  test("of a batch only what failed comes again, and at last is a dead letter", async () => {
    const deliveries: string[] = [];
    const { queue, send } = setup(async ({ Records }) => {
      deliveries.push(...Records.map(({ body }) => body));
      const failed = Records.filter(({ body }) => body.includes("bad"));
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    send({ good: 1 });
    send({ bad: 1 });
    await vi.waitFor(() => expect(queue.deadLetters()).toHaveLength(1));
    expect(deliveries.filter((body) => body.includes("good"))).toHaveLength(1);
    expect(deliveries.filter((body) => body.includes("bad"))).toHaveLength(2);
    expect(queue.deadLetters()).toMatchObject([{ error: "ITEM_FAILED" }]);
  });

  test("when the function fails as a whole, all of its batch comes again", async () => {
    let calls = 0;
    const { queue, send } = setup(async () => {
      calls += 1;
      if (calls === 1) throw Object.assign(new Error("too long"), { name: "FunctionTimedOut" });
      return {};
    });
    send({ n: 1 });
    await vi.waitFor(() => expect(calls).toBe(2));
    await vi.waitFor(() => expect(queue.nextAt()).toBeUndefined());
  });

  test("several may feed from one queue at once, in batches of their own size", async () => {
    const all = Promise.withResolvers<void>();
    const batches: number[] = [];
    const invoke = async ({ Records }: Batch) => {
      batches.push(Records.length);
      if (batches.length === 3) all.resolve();
      await all.promise;
    };
    const { queue, start } = open();
    for (let n = 0; n < 3; n += 1) queue.send(String(n));
    for (let n = 0; n < 3; n += 1) start(invoke, 1);
    await all.promise;
    expect(batches).toEqual([1, 1, 1]);
    await vi.waitFor(() => expect(queue.nextAt()).toBeUndefined());
  });
});
