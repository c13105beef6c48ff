import { expect, test } from "vitest";
import { createMessageQueues } from "../../../src/iot-core/listener/message-queues.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import { startOfTest } from "./support.ts";

const large = "x".repeat(60_000);
const message = {
  topic: "t",
  payload: Buffer.alloc(0),
  qos: 1,
  retain: false,
  properties: { userProperties: { a: large, b: "ü" } },
} as const;

test("properties count for what waits, now and after a restart", () => {
  const { tables } = createMemoryRegistry().deps;
  const table = tables.queuedMessages;
  const now = () => startOfTest;
  const queues = createMessageQueues({ table, now });
  for (let count = 0; count < 300; count += 1) queues.add("d1", message);
  const [size] = table.sizes();
  expect(size?.bytes).toBeLessThanOrEqual(8 * 1024 * 1024);
  expect(size?.messages).toBeGreaterThan(100);

  const again = createMessageQueues({ table, now });
  again.add("d1", message);
  expect(table.sizes()).toEqual([size]);
  for (const entry of again.read("d1", 0, 1000)) again.remove("d1", entry);
  expect(again.isEmpty("d1")).toBe(true);
  for (let count = 0; count < 300; count += 1) again.add("d1", message);
  expect(table.sizes()).toEqual([size]);
});
