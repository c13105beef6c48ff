/**
 * Where a batch stands: `awaiting-upload` → `inspecting` → `ingesting` → `completed`, or
 * `awaiting-approval` in between; `failed` and `expired` end it, with a reason; `recalled` follows
 * `completed`.
 */
export const batchStatuses = [
  "awaiting-upload",
  "inspecting",
  "awaiting-approval",
  "ingesting",
  "completed",
  "failed",
  "expired",
  "recalled",
] as const;

export type BatchStatus = (typeof batchStatuses)[number];

/** What happens to a batch. */
export type BatchEvent =
  | "uploaded"
  | "planned"
  | "approval-needed"
  | "approved"
  | "completed"
  | "failed"
  | "expired"
  | "recalled"
  | "released";

const transitions: Readonly<
  Record<BatchStatus, Readonly<Partial<Record<BatchEvent, BatchStatus>>>>
> = {
  "awaiting-upload": { uploaded: "inspecting", expired: "expired", failed: "failed" },
  inspecting: { planned: "ingesting", failed: "failed" },
  ingesting: { "approval-needed": "awaiting-approval", completed: "completed", failed: "failed" },
  "awaiting-approval": { approved: "ingesting", failed: "failed" },
  completed: { recalled: "recalled" },
  recalled: { released: "completed" },
  failed: {},
  expired: {},
};

/** @returns where an event leads; undefined when it cannot happen to a batch that stands there. */
export function nextBatchStatus(status: BatchStatus, event: BatchEvent): BatchStatus | undefined {
  return transitions[status][event];
}

/** Nothing more is done about such a batch by itself. */
export function isFinal(status: BatchStatus): boolean {
  return status === "completed" || status === "recalled" || hasEnded(status);
}

/** Nothing of such a batch is in the ledger, nor will be. */
export function hasEnded(status: BatchStatus): boolean {
  return status === "failed" || status === "expired";
}
