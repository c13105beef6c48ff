import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openDurableQueue } from "../../src/local/durable-queue.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function setup(file = ":memory:") {
  let now = Date.parse("2026-06-01T12:00:00Z");
  const open = () =>
    openDurableQueue({
      file,
      region: "local-1",
      arn: "arn:aws:sqs:local-1:000000000000:registrations",
      visibilityTimeoutMs: 1_000,
      maxReceiveCount: 3,
      now: () => new Date(now),
    });
  return {
    open,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function temporaryFile(): string {
  return join(temporaryFolder(), "queue.sqlite");
}

describe("a queue, as SQS", () => {
  test("a message is delivered in SQS's shape, and is gone once removed", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send('{"a":1}');
    const [record] = queue.receive();
    expect(record).toMatchObject({
      body: '{"a":1}',
      eventSource: "aws:sqs",
      attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1780315200000" },
    });
    queue.remove(record?.receiptHandle ?? "");
    pass(5_000);
    expect(queue.receive()).toEqual([]);
    expect(queue.nextAt()).toBeUndefined();
  });

  test("of what was given up on the latest thousand are kept", () => {
    const { open, pass } = setup();
    const queue = open();
    for (let letter = 0; letter < 1_002; letter += 1) queue.addDeadLetter(`${letter}`, "DROPPED");
    expect(queue.counts().dead).toBe(1_000);
    expect(queue.deadLetters()[0]).toMatchObject({ body: "2" });
    queue.send("poison");
    for (let delivery = 0; delivery < 4; delivery += 1) {
      queue.receive();
      pass(1_000);
    }
    expect(queue.counts().dead).toBe(1_000);
    const latest = queue.deadLetters(2).map(({ body }) => body);
    expect(latest).toEqual(["1001", "poison"]);
  });

  test("counts what waits, what is worked on and what was given up on", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send("x");
    expect(queue.counts()).toEqual({ waiting: 1, delayed: 0, inWork: 0, dead: 0 });
    queue.receive();
    queue.send("y");
    expect(queue.counts()).toEqual({ waiting: 1, delayed: 0, inWork: 1, dead: 0 });
    pass(1_000);
    expect(queue.counts()).toEqual({ waiting: 2, delayed: 0, inWork: 0, dead: 0 });
    queue.addDeadLetter("z", "DROPPED");
    queue.send("later", 1_000);
    expect(queue.counts()).toEqual({ waiting: 2, delayed: 1, inWork: 0, dead: 1 });
  });

  test("a message that is being worked on comes again when its receiver says so", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send("x");
    const [first] = queue.receive();
    expect(queue.changeVisibility(first?.receiptHandle ?? "", 100)).toBe(true);
    pass(99);
    expect(queue.receive()).toEqual([]);
    pass(1);
    const [again] = queue.receive();
    expect(again?.body).toBe("x");
    expect(queue.changeVisibility(first?.receiptHandle ?? "", 0)).toBe(false);
    queue.remove(again?.receiptHandle ?? "");
    expect(queue.changeVisibility(again?.receiptHandle ?? "", 0)).toBe(false);
  });

  test("a message that is being worked on is invisible until its time is out", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send("x");
    const [first] = queue.receive();
    expect(queue.receive()).toEqual([]);
    pass(999);
    expect(queue.receive()).toEqual([]);
    pass(1);
    const [second] = queue.receive();
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.attributes.ApproximateReceiveCount).toBe("2");
  });

  test("the receipt of an earlier delivery removes nothing", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send("x");
    const [first] = queue.receive();
    pass(1_000);
    queue.receive();
    queue.remove(first?.receiptHandle ?? "");
    pass(1_000);
    expect(queue.receive()).toHaveLength(1);
  });

  test("a batch holds at most ten", () => {
    const queue = setup().open();
    for (let count = 0; count < 25; count += 1) queue.send(String(count));
    expect([1, 2, 3, 4].map(() => queue.receive().length)).toEqual([10, 10, 5, 0]);
  });

  test("after three deliveries a message is a dead letter with its last failure", () => {
    const { open, pass } = setup();
    const queue = open();
    queue.send("poison");
    for (const error of ["FIRST", "SECOND", "THIRD"]) {
      const [record] = queue.receive();
      queue.fail(record?.receiptHandle ?? "", error);
      pass(1_000);
    }
    expect(queue.receive()).toEqual([]);
    expect(queue.deadLetters()).toMatchObject([
      { body: "poison", receiveCount: 3, error: "THIRD" },
    ]);
  });

  test("what was being worked on when the process ended comes again at once", () => {
    const { open } = setup(temporaryFile());
    const before = open();
    before.send("x");
    before.receive();
    before.close();
    const after = open();
    onTestFinished(after.close);
    expect(after.receive()).toHaveLength(1);
  });

  test("only one process at a time has the file", () => {
    const { open } = setup(temporaryFile());
    const first = open();
    onTestFinished(first.close);
    expect(open).toThrow(expect.objectContaining({ code: "STATE_IN_USE" }));
  });

  test("a file that is no database is named", () => {
    const file = temporaryFile();
    writeFileSync(file, "no database at all, but some text");
    expect(setup(file).open).toThrow(
      expect.objectContaining({ code: "STATE_DAMAGED", details: { file } }),
    );
  });

  test("no message is lost: each is removed or a dead letter, whatever the consumer does", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("remove", "fail", "forget")), (acts) => {
        const { open, pass } = setup();
        const queue = open();
        for (let count = 0; count < 12; count += 1) queue.send(String(count));
        const next = [...acts];
        let removed = 0;
        const consume = (receiptHandle: string): void => {
          const act = next.shift();
          if (act === "fail") queue.fail(receiptHandle, "FAILED");
          if (act !== "remove") return;
          queue.remove(receiptHandle);
          removed += 1;
        };
        for (let round = 0; round < 10; round += 1) {
          for (const { receiptHandle } of queue.receive()) consume(receiptHandle);
          pass(1_000);
        }
        expect(removed + queue.deadLetters().length).toBe(12);
        queue.close();
      }),
      { numRuns: 30 },
    );
  });
});
