import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WorkQueue } from "../../src/batches/work-queue.ts";

interface Delivery {
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly remove: () => Promise<void>;
}

/** A queue of its own; what was received and not removed is visible again after a second. */
export interface WorkQueueSubject {
  readonly queue: WorkQueue;
  /** Waits for the next one; undefined when none comes in that time. */
  readonly receive: (waitSeconds: number) => Promise<Delivery | undefined>;
  /** Bodies that were given up on after two deliveries. */
  readonly deadLetters: (waitSeconds: number) => Promise<readonly string[]>;
}

export interface WorkQueues {
  readonly create: () => Promise<WorkQueueSubject>;
  readonly close: () => Promise<void>;
}

/** What every work queue, and what reads from it, has to keep. */
export function describeWorkQueue(name: string, start: () => Promise<WorkQueues>): void {
  let queues: WorkQueues;
  beforeAll(async () => {
    queues = await start();
  });
  afterAll(() => queues?.close());

  describe(`${name}: a message`, () => {
    test("arrives as it was sent, and is gone once removed", async () => {
      const { queue, receive } = await queues.create();
      const message = { batch: "b-1", part: 3, text: 'é📦 <&> "\\ \u2028', nested: { list: [1] } };
      await queue.send(message);
      const delivery = await receive(5);
      expect(JSON.parse(delivery?.body ?? "")).toEqual(message);
      expect(delivery?.receiveCount).toBe(1);
      await delivery?.remove();
      expect(await receive(2)).toBeUndefined();
    });

    test("is not seen by others while somebody works on it, and comes again then", async () => {
      const { queue, receive } = await queues.create();
      await queue.send({ n: 1 });
      const first = await receive(5);
      expect(await receive(0)).toBeUndefined();
      const second = await receive(5);
      expect(second).toMatchObject({ id: first?.id, receiveCount: 2 });
    });

    test("is a dead letter after as many deliveries as are allowed, whole", async () => {
      const { queue, receive, deadLetters } = await queues.create();
      await queue.send({ poison: true });
      expect(await receive(5)).toBeDefined();
      expect(await receive(5)).toBeDefined();
      expect(await receive(2)).toBeUndefined();
      expect((await deadLetters(5)).map((body) => JSON.parse(body))).toEqual([{ poison: true }]);
    });

    test("comes when its delay is over, and not before", async () => {
      const { queue, receive } = await queues.create();
      await queue.send({ later: true }, { delaySeconds: 2 });
      await queue.send({ now: true }, { delaySeconds: 0 });
      const first = await receive(5);
      expect(first?.body).toBe('{"now":true}');
      await first?.remove();
      expect(await receive(0)).toBeUndefined();
      expect((await receive(5))?.body).toBe('{"later":true}');
    });

    test.for([-1, 901, 1.5])("with a delay of %d s is refused", async (delaySeconds) => {
      const { queue, receive } = await queues.create();
      await expect(queue.send({ n: 1 }, { delaySeconds })).rejects.toThrow();
      expect(await receive(0)).toBeUndefined();
    });

    test("may be of a megabyte, and not larger", async () => {
      const { queue, receive } = await queues.create();
      const rest = JSON.stringify({ text: "" }).length;
      const text = "x".repeat(1024 * 1024 - rest);
      await expect(queue.send({ text: `${text}x` })).rejects.toThrow();
      await queue.send({ text });
      expect((await receive(5))?.body).toHaveLength(1024 * 1024);
    });

    test("is lost by no one, however many are sent at once", async () => {
      const { queue, receive } = await queues.create();
      const numbers = Array.from({ length: 50 }, (_, n) => n);
      await Promise.all(numbers.map((n) => queue.send({ n })));
      const seen = new Set<number>();
      while (seen.size < numbers.length) {
        const delivery = await receive(5);
        if (delivery === undefined) break;
        seen.add((JSON.parse(delivery.body) as { n: number }).n);
        await delivery.remove();
      }
      expect([...seen].toSorted((one, other) => one - other)).toEqual(numbers);
    });

    test("in one queue is not in another", async () => {
      const [one, other] = [await queues.create(), await queues.create()];
      await one.queue.send({ n: 1 });
      expect(await other.receive(1)).toBeUndefined();
      expect(await one.receive(5)).toBeDefined();
    });
  });
}
