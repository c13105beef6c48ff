import { describe, expect, test } from "vitest";
import {
  type BatchEvent,
  type BatchStatus,
  batchStatuses,
  hasEnded,
  isFinal,
  nextBatchStatus,
} from "../../../src/rules/batch/batch-status.ts";

const events: readonly BatchEvent[] = [
  "uploaded",
  "planned",
  "approval-needed",
  "approved",
  "completed",
  "failed",
  "expired",
  "recalled",
  "released",
];

const allowed: readonly (readonly [BatchStatus, BatchEvent, BatchStatus])[] = [
  ["awaiting-upload", "uploaded", "inspecting"],
  ["awaiting-upload", "expired", "expired"],
  ["awaiting-upload", "failed", "failed"],
  ["inspecting", "planned", "ingesting"],
  ["inspecting", "failed", "failed"],
  ["ingesting", "approval-needed", "awaiting-approval"],
  ["ingesting", "completed", "completed"],
  ["ingesting", "failed", "failed"],
  ["awaiting-approval", "approved", "ingesting"],
  ["awaiting-approval", "failed", "failed"],
  ["completed", "recalled", "recalled"],
  ["recalled", "released", "completed"],
];

describe("what can happen to a batch", () => {
  test("is in the table and nothing else", () => {
    const found = batchStatuses.flatMap((status) =>
      events.flatMap((event) => {
        const next = nextBatchStatus(status, event);
        return next === undefined ? [] : [[status, event, next]];
      }),
    );
    expect(found).toEqual(expect.arrayContaining([...allowed]));
    expect(found).toHaveLength(allowed.length);
  });

  test("ends where nothing is done by itself any more", () => {
    expect(batchStatuses.filter(isFinal)).toEqual(["completed", "failed", "expired", "recalled"]);
    expect(batchStatuses.filter(hasEnded)).toEqual(["failed", "expired"]);
  });
});
