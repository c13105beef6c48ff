import { forEachAtOnce } from "../at-once.ts";
import { type BatchDeps, toLimits } from "../batch-deps.ts";
import type { BatchMessage } from "../batch-messages.ts";
import { createPacer } from "./pacer.ts";
import { nonePreregistered, type PreregistrationCounts } from "./preregistration.ts";

/** As many as one read of the database takes. */
const idsOfPage = 100;
/** No certificate is begun after this. */
const workMs = 20_000;
/** Of one certificate, on AWS. */
const secondsOfCertificate = 0.3;
/** Somebody who watches sees it move. */
const tellMs = 2_000;

type Message = Extract<BatchMessage, { step: "preregister" }>;

export interface PageResult {
  /** Of the batch so far, without `failed` of this page. */
  readonly counts: PreregistrationCounts;
  /** Certificates of this page that could not be settled. */
  readonly failed: number;
  /** `early`: something goes before. */
  readonly ended: "early" | "out-of-time" | "whole";
  /** Of the next page. */
  readonly cursor?: string;
}

/** Builds the work on one page of a batch's certificates; those that are in already cost one read. */
export function createPageWork(deps: BatchDeps) {
  const { registrationsPerSecond } = toLimits(deps);
  const atOnce = Math.ceil(registrationsPerSecond * secondsOfCertificate);
  return async (message: Message): Promise<PageResult> => {
    const { batch, cursor, counts = nonePreregistered } = message;
    const page = await deps.listEntries(batch, {
      limit: idsOfPage,
      ...(cursor !== undefined && { cursor }),
    });
    const standings = await deps.readStandings(page.certificateIds);
    const left = page.certificateIds.filter((id) => standings.get(id) !== "admitted");
    const sums = { ...counts };
    sums.registered += page.certificateIds.length - left.length;
    const mayBegin = createMayBegin(deps, 1000 / registrationsPerSecond);
    const tell = createTell(deps, message);
    let ended: PageResult["ended"] = "whole";
    let failed = 0;
    await forEachAtOnce(left, atOnce, async (certificateId) => {
      const word = ended === "whole" ? await mayBegin() : ended;
      // Said to one, it holds for all.
      if (word !== "whole") ended = word;
      if (ended !== "whole") return;
      try {
        sums[await deps.preregistration.preregister(certificateId)] += 1;
      } catch {
        failed += 1;
      }
      await tell(sums);
    });
    const next = page.cursor !== undefined && { cursor: page.cursor };
    return { counts: sums, failed, ended, ...next };
  };
}

/** Builds the wait for the turn of the next certificate. @returns why there is none any more. */
function createMayBegin(
  { preregistration: { isInTheWay, pause }, now }: BatchDeps,
  intervalMs: number,
): () => Promise<PageResult["ended"]> {
  const pacer = createPacer({ now, pause }, intervalMs);
  const until = now().getTime() + workMs;
  return async () => {
    if (now().getTime() > until) return "out-of-time";
    await pacer();
    return (await isInTheWay()) ? "early" : "whole";
  };
}

/** Builds the telling of how far it is, now and then. */
function createTell(
  { writePreregistration, now }: BatchDeps,
  { batch, number, pass = 0 }: Message,
): (counts: PreregistrationCounts) => Promise<void> {
  let toldAt = now().getTime();
  return async (counts) => {
    // What was seen on an earlier pass stays until this one is through.
    if (pass > 0 || now().getTime() - toldAt < tellMs) return;
    toldAt = now().getTime();
    await writePreregistration(batch, { ...counts, next: number });
  };
}
