import type { BatchDeps } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
import type { BatchRecord } from "../batch-record.ts";
import { send } from "../ingest/send-work.ts";
import { createPageWork, type PageResult } from "./preregister-page.ts";
import { nonePreregistered, type PreregistrationCounts } from "./preregistration.ts";

type Message = Extract<BatchMessage, { step: "preregister" }>;
/** Where the walk over a batch's entries stands. */
type Place = Omit<Message, "step" | "batch" | "number">;

/** Longer than a message works: a page's time, an attempt and a margin. */
const laneMs = 90_000;
/** Whoever is not done by then was killed. */
const againSeconds = 120;
/** First connects, or another batch, go before. */
const standBackSeconds = 5;
const suspendedSeconds = 900;
/** The list of a batch's entries lags by seconds. */
const lagSeconds = 5;
const maxPasses = 20;
/** After as many tries a page goes on without those that fail. */
const maxTries = 10;
const retrySeconds = 10;

/**
 * Builds the registering of a batch's certificates in advance: a page of them for each message, which
 * sends the next one. Messages are numbered, so that those that come twice end instead of going on beside
 * each other. Only who holds the account's one lane works, at the pace that is set.
 */
export function createPreregisterBatch(deps: BatchDeps) {
  const workPage = createPageWork(deps);
  return async (message: Message): Promise<void> => {
    const { step: _, batch: id, number, ...place } = message;
    const { batch } = await deps.readBatch(id);
    // A recall ends it, and a release begins it anew.
    if (batch?.status !== "completed" || batch.registration !== "preregister") return;
    const progress = await deps.readPreregistration(id);
    if (progress && progress.next > number) return;
    const shown = progress ?? nonePreregistered;
    const wait = (delaySeconds: number) => goOn(deps, message, { place, shown, delaySeconds });
    const { status } = await deps.readSupplier(batch.manufacturer);
    if (status === "suspended") return wait(suspendedSeconds);
    const holder = deps.newId();
    const now = deps.now();
    const until = new Date(now.getTime() + laneMs);
    if (!(await deps.takeLane(holder, until, now))) return wait(standBackSeconds);
    try {
      await send(deps, message, againSeconds);
      await decideNext(deps, batch, message, await workPage(message));
    } finally {
      await deps.leaveLane(holder);
    }
  };
}

async function decideNext(
  deps: BatchDeps,
  { id, counts: landed }: BatchRecord,
  message: Message,
  page: PageResult,
): Promise<void> {
  const { step: _, batch: __, number, ...place } = message;
  const { tries = 0, pass = 0 } = place;
  const { failed, cursor, counts: shown } = page;
  if (page.ended === "early") {
    return goOn(deps, message, { place, shown, delaySeconds: standBackSeconds });
  }
  if (page.ended === "out-of-time") return goOn(deps, message, { place, shown });
  if (failed > 0 && tries < maxTries) {
    const again = { ...place, tries: tries + 1 };
    return goOn(deps, message, { place: again, shown, delaySeconds: retrySeconds });
  }
  const counts = { ...shown, failed: shown.failed + failed };
  if (cursor !== undefined) {
    return goOn(deps, message, { place: { cursor, counts, pass }, shown: counts });
  }
  const walked = counts.registered + counts.refused + counts.failed;
  if (walked < (landed?.added ?? 0) && pass < maxPasses) {
    const delaySeconds = lagSeconds * (pass + 1);
    return goOn(deps, message, { place: { pass: pass + 1 }, shown: counts, delaySeconds });
  }
  await deps.writePreregistration(id, { ...counts, next: number + 1 });
}

interface Next {
  readonly place: Place;
  readonly shown: PreregistrationCounts;
  readonly delaySeconds?: number;
}

/** The next message is sent before this one is over: killed in between, this one comes again. */
async function goOn(
  deps: BatchDeps,
  { batch, number }: Pick<Message, "batch" | "number">,
  { place, shown, delaySeconds = 0 }: Next,
): Promise<void> {
  const next = number + 1;
  await send(deps, { step: "preregister", batch, number: next, ...place }, delaySeconds);
  const { registered, refused, failed } = shown;
  await deps.writePreregistration(batch, { registered, refused, failed, next });
}
