import { describe, expect, test } from "vitest";
import { toStatusText } from "../../../src/cli/local/status-text.ts";
import { createLocalStatus } from "../../support/create-local-status.ts";

const connection = (index: number) => ({
  clientId: `sensor-${index}`,
  certificateId: "c1".repeat(32),
  mqttVersion: "5",
  tlsVersion: "TLSv1.3",
  since: "2026-05-01T10:00:00.000Z",
});

describe("the status for people", () => {
  test("leaves out what there is nothing of", () => {
    const text = toStatusText(createLocalStatus(), undefined);
    expect(text).toContain("1 ACTIVE");
    expect(text).not.toMatch(/0 INACTIVE|Topic rules|Last connections|What to do/);
  });

  test("shows some of many connections, and how many more there are", () => {
    const connections = Array.from({ length: 2_000 }, (_, index) => connection(index));
    const text = toStatusText(createLocalStatus({ connections }), undefined);
    expect(text).toContain("Connected: 2000");
    expect(text).toContain("sensor-19 ");
    expect(text).not.toContain("sensor-20 ");
    expect(text).toContain("and 1980 more");
  });

  test("shows what was given up on, and why", () => {
    const deadLetters = [
      {
        messageId: "m",
        error: "ITEM_FAILED",
        receiveCount: 5,
        at: "2026-05-01T10:00:00.000Z",
        certificateId: "d4".repeat(32),
      },
    ];
    const queue = { waiting: 0, delayed: 0, inWork: 0, dead: 1, deadLetters };
    const text = toStatusText(createLocalStatus({ queue }), undefined);
    expect(text).toMatch(/5 tries {2}ITEM_FAILED {2}d4d4d4d4/);
  });

  test("shows of a letter about a batch which batch, and what was to be done", () => {
    const letter = {
      messageId: "m",
      error: "ITEM_FAILED",
      receiveCount: 5,
      at: "2026-05-01T10:00:00.000Z",
      batch: "b-1",
      step: "check",
    };
    const ingest = { waiting: 0, delayed: 2, inWork: 0, dead: 1, deadLetters: [letter] };
    const text = toStatusText(createLocalStatus({ ingest }), undefined);
    expect(text).toMatch(/delayed +2\n/);
    expect(text).toMatch(/ITEM_FAILED {2}check {2}b-1/);
  });

  test("shows of a letter of a rule which rule, which topic and why, whole in any width", () => {
    const letter = {
      messageId: "m",
      error: "DROPPED",
      receiveCount: 0,
      at: "2026-05-01T10:00:00.000Z",
      ruleName: "mine",
      topic: "dt/door/1",
      cause: `http://127.0.0.1:9324/q: ${"connection refused ".repeat(8)}`.trim(),
    };
    const queue = { waiting: 0, delayed: 0, inWork: 0, dead: 1, deadLetters: [letter] };
    const text = toStatusText(createLocalStatus({ queue }), 60);
    expect(text).toContain("DROPPED\n      rule mine, topic dt/door/1\n");
    expect(text.replaceAll(/\s+/g, " ")).toContain(letter.cause);
  });

  test("says how quotas and changes are held", () => {
    const told = (scale: number, propagationDelaySeconds: number) =>
      toStatusText(
        createLocalStatus({ quotas: { scale, throttled: {} }, propagationDelaySeconds }),
        undefined,
      );
    expect(told(0, 0)).toMatch(/quotas +none\n +propagation +at once/);
    expect(told(0.5, 60)).toMatch(/quotas +AWS's defaults times 0.5\n +propagation +after 60 s/);
  });

  test("hints are broken to the width of the terminal, and obey no control characters", () => {
    const sentence = `CN=\u001b[2J is INACTIVE: ${"word ".repeat(40)}`;
    const text = toStatusText(createLocalStatus({ hints: [{ code: "X", sentence }] }), 60);
    const hints = text.split("What to do\n")[1] ?? "";
    expect(hints.split("\n").length).toBeGreaterThan(3);
    for (const line of hints.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});
