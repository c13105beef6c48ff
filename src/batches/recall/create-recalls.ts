import { MusterError } from "../../rules/errors.ts";
import { type BatchDeps, changeBatch, toLimits } from "../batch-deps.ts";
import type { BatchApproval, BatchRecord } from "../batch-record.ts";
import type { BatchUseCases, BatchViewer } from "../batch-use-cases.ts";
import { send, sendWork } from "../ingest/send-work.ts";
import { maxDelaySeconds } from "../upload/create-open-batch.ts";
import { readYield } from "../view/create-batch-views.ts";
import { findBatch } from "../view/find-batch.ts";
import { toBatchView } from "../view/to-batch-view.ts";

/**
 * Builds what is done about a batch after it was pushed. Done again, each changes nothing.
 *
 * What follows from a change is sent twice: to come at once, after it, and to come later, before it. So
 * it is done also when the function dies right after the change.
 */
export function createRecalls(
  deps: BatchDeps,
): Pick<BatchUseCases, "recall" | "approve" | "release"> {
  return {
    recall: async (viewer, id, reason) => {
      const batch = await findBatch(deps, viewer, id);
      refuseAuditor(viewer);
      checkReason(reason);
      if (viewer.role === "manufacturer") await checkOwnRecall(deps, batch);
      await settleLater(deps, batch);
      const recalled = await change(deps, viewer, batch, ({ status }) => {
        if (status === "recalled") return undefined;
        checkSame(batch, status);
        checkAdded(batch);
        return { event: "recalled", evidence: { reason } };
      });
      await send(deps, { step: "settle", batch: id });
      return toBatchView(recalled, []);
    },
    release: async (viewer, id, reason) => {
      const batch = await findBatch(deps, viewer, id);
      requireOperator(viewer);
      checkReason(reason);
      await settleLater(deps, batch);
      await preregisterAnew(deps, batch, toLimits(deps).settleAgainSeconds);
      const released = await change(deps, viewer, batch, ({ status }) =>
        status === "completed" ? undefined : { event: "released", evidence: { reason } },
      );
      await send(deps, { step: "settle", batch: id });
      await preregisterAnew(deps, released);
      return toBatchView(released, []);
    },
    approve: async (viewer, id, quantity) => {
      const batch = await findBatch(deps, viewer, id);
      requireOperator(viewer);
      if (batch.status === "awaiting-approval") {
        await send(deps, { step: "inspect", batch: id }, maxDelaySeconds);
      }
      const approved = await change(deps, viewer, batch, ({ status, approval }) => {
        checkApproved(approval, quantity);
        return status === "ingesting" || status === "completed"
          ? undefined
          : { event: "approved", evidence: { ...approval } };
      });
      await sendWork(deps, approved);
      return toBatchView(approved, await deps.readParts(id), { limits: toLimits(deps) });
    },
  };
}

type Step = {
  readonly event: "recalled" | "released" | "approved";
  readonly evidence: { readonly reason?: string } | Partial<BatchApproval>;
};

async function change(
  deps: BatchDeps,
  { actor }: BatchViewer,
  batch: BatchRecord,
  decide: (batch: BatchRecord) => Step | undefined,
): Promise<BatchRecord> {
  const changed = await changeBatch(deps, batch.id, (standing) => {
    const step = decide(standing);
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

/** Nobody approves what he has not seen. */
function checkApproved(approval: BatchApproval | undefined, quantity: number): void {
  if (approval === undefined || approval.quantity === quantity) return;
  const message = `The batch is about ${approval.quantity} certificates, not ${quantity}.`;
  throw new MusterError("QUANTITY_MISMATCH", message, {
    details: { quantity: approval.quantity },
  });
}

/** Its certificates are decided again when no attempt can be in flight that has not seen the change. */
async function settleLater(deps: BatchDeps, { id, status }: BatchRecord): Promise<void> {
  if (status !== "completed" && status !== "recalled") return;
  await send(deps, { step: "settle", batch: id, again: true }, toLimits(deps).settleAgainSeconds);
}

/** A recall ended what was under way: those that it had not come to are registered now. */
async function preregisterAnew(
  deps: BatchDeps,
  { id, registration }: BatchRecord,
  delaySeconds = 0,
): Promise<void> {
  if (registration !== "preregister") return;
  const progress = await deps.readPreregistration(id);
  const number = progress?.next ?? 0;
  await send(deps, { step: "preregister", batch: id, number }, delaySeconds);
}

const maxReasonLength = 500;

function checkReason(reason: string): void {
  if (reason.trim() !== "" && reason.length <= maxReasonLength) return;
  const message = `Give a reason of 1 to ${maxReasonLength} characters.`;
  throw new MusterError("REQUEST_INVALID", message, { details: { field: "reason" } });
}

/** The cap was looked at as the batch then stood: none that completed meanwhile slips past it. */
function checkSame({ id, status: seen }: BatchRecord, status: BatchRecord["status"]): void {
  if (status === seen) return;
  const message = `Batch ${id} became ${status} meanwhile; recall it again.`;
  throw new MusterError("BATCH_STATUS_CONFLICT", message, { details: { status } });
}

/** Rows that were known stand with the batches that brought them: this one has nothing to take back. */
function checkAdded({ id, counts }: BatchRecord): void {
  if (counts?.added !== 0) return;
  const message = `Batch ${id} added nothing to the ledger, so a recall of it would put nothing out. Recall the batches that brought its certificates.`;
  throw new MusterError("BATCH_STATUS_CONFLICT", message, { details: { added: 0 } });
}

/** A manufacturer whose token is stolen must not be able to take a fleet off the air. */
async function checkOwnRecall(deps: BatchDeps, batch: BatchRecord): Promise<void> {
  const { status } = await deps.readSupplier(batch.manufacturer);
  if (status === "suspended") {
    const message = `"${batch.manufacturer}" is suspended; the operator recalls its batches.`;
    throw new MusterError("MANUFACTURER_SUSPENDED", message);
  }
  if (batch.status !== "completed") return;
  const { recallDevices } = toLimits(deps);
  const { admitted, isPartial } = await readYield(deps, batch, recallDevices + 1);
  if (admitted <= recallDevices && !isPartial) return;
  const found =
    admitted > recallDevices
      ? `More than ${recallDevices} devices of the batch are admitted`
      : "The batch is too large to tell how many of its devices are admitted";
  throw new MusterError("RECALL_NEEDS_OPERATOR", `${found}: the operator recalls it.`, {
    details: { admitted, limit: recallDevices },
  });
}
