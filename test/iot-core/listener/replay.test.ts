import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MessageQueues } from "../../../src/iot-core/listener/message-queues.ts";
import { createMessageQueues } from "../../../src/iot-core/listener/message-queues.ts";
import { createReplay, type Replay } from "../../../src/iot-core/listener/session/replay.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import { startOfTest } from "./support.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setup(changes: Partial<MessageQueues> = {}) {
  const { tables } = createMemoryRegistry().deps;
  const stored = createMessageQueues({ table: tables.queuedMessages, now: () => startOfTest });
  for (let number = 0; number < 100; number += 1) {
    stored.add("d1", { topic: "t", payload: Buffer.from(`${number}`), qos: 1, retain: false });
  }
  const errors: unknown[] = [];
  const queues = { ...stored, ...changes };
  const replay = createReplay({
    queues,
    room: () => 100,
    onError: (error) => errors.push(error),
  });
  const sent: number[] = [];
  const add = (onSend: (replay: Replay) => void = () => {}) =>
    replay.add({
      owner: "d1",
      messagesPerSecond: 10,
      position: () => sent.at(-1) ?? 0,
      send: ({ position }) => {
        sent.push(position);
        onSend(replay);
      },
    });
  return { add, sent, errors, stored };
}

describe("sending stored messages", () => {
  test("goes on each second", () => {
    const { add, sent } = setup();
    add();
    expect(sent).toHaveLength(10);
    vi.advanceTimersByTime(2000);
    expect(sent).toHaveLength(30);
  });

  test("ends at once when what it sends ends the connection, at first or later", () => {
    const first = setup();
    first.add((replay) => replay.stop());
    expect(first.sent).toHaveLength(1);

    const later = setup();
    later.add((replay) => {
      if (later.sent.length === 15) replay.stop();
    });
    vi.advanceTimersByTime(5000);
    expect(later.sent).toHaveLength(15);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("tells of an error that comes while nobody waits", () => {
    const { add, errors, stored } = setup({
      read: (owner, after, limit) => {
        if (after > 0) throw new Error("disk is full");
        return stored.read(owner, after, limit);
      },
    });
    add();
    vi.advanceTimersByTime(5000);
    expect(errors).toEqual([new Error("disk is full")]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
