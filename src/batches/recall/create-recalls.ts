import { MusterError } from "../../rules/errors.ts";
import { type BatchDeps, changeBatch, toLimits } from "../batch-deps.ts";
import type { BatchRecord } from "../batch-record.ts";
import type { BatchUseCases, BatchViewer } from "../batch-use-cases.ts";
import { send, sendWork } from "../ingest/send-work.ts";
import { readYield } from "../view/create-batch-views.ts";
import { findBatch } from "../view/find-batch.ts";
import { toBatchView } from "../view/to-batch-view.ts";

/** Builds what is done about a batch after it was pushed. Done again, each changes nothing. */
export function createRecalls(
  deps: BatchDeps,
): Pick<BatchUseCases, "recall" | "approve" | "release"> {
  return {
    recall: async (viewer, id, reason) => {
      const batch = await findBatch(deps, viewer, id);
      refuseAuditor(viewer);
      checkReason(reason);
      if (viewer.role === "manufacturer") await checkCap(deps, batch);
      const recalled = await change(deps, viewer, batch, (status) =>
        status === "recalled" ? undefined : { event: "recalled", evidence: { reason } },
      );
      await send(deps, { step: "settle", batch: id });
      return toBatchView(recalled, []);
    },
    release: async (viewer, id, reason) => {
      const batch = await findBatch(deps, viewer, id);
      requireOperator(viewer);
      checkReason(reason);
      const released = await change(deps, viewer, batch, (status) =>
        status === "completed" ? undefined : { event: "released", evidence: { reason } },
      );
      await send(deps, { step: "settle", batch: id });
      return toBatchView(released, []);
    },
    approve: async (viewer, id) => {
      const batch = await findBatch(deps, viewer, id);
      requireOperator(viewer);
      const approved = await change(deps, viewer, batch, (status) =>
        status === "ingesting" || status === "completed"
          ? undefined
          : { event: "approved", evidence: {} },
      );
      await sendWork(deps, approved);
      return toBatchView(approved, await deps.readParts(id));
    },
  };
}

type Step = {
  readonly event: "recalled" | "released" | "approved";
  readonly evidence: { readonly reason?: string };
};

async function change(
  deps: BatchDeps,
  { actor }: BatchViewer,
  batch: BatchRecord,
  decide: (status: BatchRecord["status"]) => Step | undefined,
): Promise<BatchRecord> {
  const changed = await changeBatch(deps, batch.id, ({ status }) => {
    const step = decide(status);
    return step && { ...step, action: step.event, actor };
  });
  return changed ?? batch;
}

function refuseAuditor({ role }: BatchViewer): void {
  if (role === "auditor") throw new MusterError("ROLE_NOT_ALLOWED", "An auditor reads only.");
}

function requireOperator({ role }: BatchViewer): void {
  if (role === "operator") return;
  throw new MusterError("ROLE_NOT_ALLOWED", "Only the operator can do this.");
}

const maxReasonLength = 500;

function checkReason(reason: string): void {
  if (reason.trim() !== "" && reason.length <= maxReasonLength) return;
  const message = `Give a reason of 1 to ${maxReasonLength} characters.`;
  throw new MusterError("REQUEST_INVALID", message, { details: { field: "reason" } });
}

/** A manufacturer whose token is stolen must not be able to take a fleet off the air. */
async function checkCap(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  if (batch.status !== "completed") return;
  const { recallDevices } = toLimits(deps);
  const { admitted } = await readYield(deps, batch);
  if (admitted <= recallDevices) return;
  throw new MusterError(
    "RECALL_NEEDS_OPERATOR",
    `${admitted} devices of the batch are admitted; beyond ${recallDevices} the operator recalls it.`,
    { details: { admitted, limit: recallDevices } },
  );
}
