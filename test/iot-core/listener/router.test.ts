import { expect, test } from "vitest";
import type { Message } from "../../../src/iot-core/listener/message.ts";
import { createMessageQueues } from "../../../src/iot-core/listener/message-queues.ts";
import { createRouter } from "../../../src/iot-core/listener/router.ts";
import type { SessionState } from "../../../src/iot-core/listener/session-state.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import { startOfTest } from "./support.ts";

function setup() {
  const { tables } = createMemoryRegistry().deps;
  const now = () => startOfTest;
  const queues = createMessageQueues({ table: tables.queuedMessages, now });
  return { router: createRouter({ queues, now }) };
}

const toSession = (clientId: string, deliver: (message: Message) => boolean): SessionState => ({
  clientId,
  protocolVersion: 4,
  subscriptions: new Map(),
  certificateId: "",
  keepAliveSeconds: 30,
  expirySeconds: 0,
  isStored: false,
  receiver: { deliver, takeOver: () => {} },
  disconnectedAt: undefined,
  disconnectReason: undefined,
});
const subscription = { qos: 0, noLocal: false, retainAsPublished: false } as const;
const toMessage = (text: string): Message => ({
  topic: "t",
  payload: Buffer.from(text),
  qos: 0,
  retain: false,
});

test("a message that a delivery gives rise to comes after the first one, to everybody", () => {
  const { router } = setup();
  const received: string[] = [];
  for (const name of ["a", "b"]) {
    const session = toSession(name, ({ payload }) => {
      received.push(`${name} ${String(payload)}`);
      if (String(payload) === "1" && name === "a") router.publish(toMessage("2"));
      return true;
    });
    router.subscribe(session, "t", subscription);
  }
  router.publish(toMessage("1"));
  expect(received).toEqual(["a 1", "b 1", "a 2", "b 2"]);
});

test("thousands of deliveries that each give rise to a message end", () => {
  const { router } = setup();
  let received = 0;
  for (let number = 0; number < 3000; number += 1) {
    const session = toSession(`d${number}`, () => {
      received += 1;
      router.unsubscribeAll(session);
      router.publish(toMessage(`will of ${number}`));
      return true;
    });
    router.subscribe(session, "t", subscription);
  }
  router.publish(toMessage("flood"));
  expect(received).toBeGreaterThanOrEqual(3000);
});

test("a delivery that throws keeps nothing of the next message", () => {
  const { router } = setup();
  const received: string[] = [];
  const session = toSession("a", ({ payload }) => {
    if (String(payload) === "1") throw new Error("broken");
    received.push(String(payload));
    return true;
  });
  router.subscribe(session, "t", subscription);
  expect(() => router.publish(toMessage("1"))).toThrow("broken");
  router.publish(toMessage("2"));
  expect(received).toEqual(["2"]);
});
