import { MusterError } from "../../rules/errors.ts";
import { type HealOneDeps, type HealSummary, healAll } from "./heal-one.ts";

/** Some certificates of a long list. */
interface CertificatePage {
  readonly certificateIds: readonly string[];
  /** Where the list goes on. */
  readonly cursor?: string;
}

/** A batch that has landed, to be walked from whichever side is smaller. */
export interface LandedBatch {
  /** Entries that it brought. */
  readonly size: number;
  /** Those of a page of its certificates that have connected and are not admitted. */
  readonly listOut: (cursor?: string) => Promise<CertificatePage>;
  /** @returns those of the certificates that it names. */
  readonly named: (certificateIds: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Where the last call ended. */
  readonly cursor?: string;
}

export interface HealLandedDeps extends HealOneDeps {
  /** Certificates that wait for the ledger. @returns at most the limit. */
  readonly countWaiting: (limit: number, signal: AbortSignal) => Promise<number>;
  readonly listWaiting: (
    cursor: string | undefined,
    signal: AbortSignal,
  ) => Promise<CertificatePage>;
}

/**
 * Decides again those of the waiting certificates that a batch names, as many as one call has time for.
 *
 * What cannot be settled now is left to the schedule, which looks at all that waits.
 *
 * @returns with where to go on in another call, a while later; without at the end.
 * @throws MusterError REQUEST_INVALID for a cursor that is none.
 */
export type HealLanded = (
  landed: LandedBatch,
  signal: AbortSignal,
) => Promise<{ readonly summary: HealSummary; readonly cursor?: string }>;

/** A device takes one of ten calls a second that AWS IoT allows for all; first connects go before. */
const atOnce = 2;
/** Enough for one call: some ten seconds. */
const enough = 50;
/** Pages where there is nothing to do are quick. */
const maxMs = 30_000;

/** Builds the use case. */
export function createHealLanded(deps: HealLandedDeps): HealLanded {
  return async (landed, signal) => {
    const until = deps.now().getTime() + maxMs;
    let summary: HealSummary = { looked: 0, admitted: 0, changed: 0, failed: [] };
    let place: Place | undefined =
      landed.cursor === undefined
        ? await chooseSide(deps, landed, signal)
        : parsePlace(landed.cursor);
    do {
      const page: CertificatePage = await readPage(deps, landed, place, signal);
      summary = add(summary, await healAll(deps, page.certificateIds, { atOnce, signal }));
      signal.throwIfAborted();
      const { cursor }: CertificatePage = page;
      place = cursor === undefined ? undefined : { side: place.side, cursor };
    } while (place !== undefined && summary.looked < enough && deps.now().getTime() < until);
    return { summary, ...(place && { cursor: `${place.side}:${place.cursor}` }) };
  };
}

function add(one: HealSummary, other: HealSummary): HealSummary {
  return {
    looked: one.looked + other.looked,
    admitted: one.admitted + other.admitted,
    changed: one.changed + other.changed,
    failed: [...one.failed, ...other.failed],
  };
}

interface Place {
  readonly side: "batch" | "waiting";
  readonly cursor?: string;
}

/** Counting goes no further than the batch is large, so it costs no more than the smaller side does. */
async function chooseSide(
  { countWaiting }: HealLandedDeps,
  { size }: LandedBatch,
  signal: AbortSignal,
): Promise<Place> {
  const waiting = await countWaiting(size + 1, signal);
  return { side: waiting > size ? "batch" : "waiting" };
}

async function readPage(
  { listWaiting }: HealLandedDeps,
  { listOut, named }: LandedBatch,
  { side, cursor }: Place,
  signal: AbortSignal,
): Promise<CertificatePage> {
  if (side === "batch") return listOut(cursor);
  const page = await listWaiting(cursor, signal);
  const ours = await named(page.certificateIds);
  return { ...page, certificateIds: page.certificateIds.filter((id) => ours.has(id)) };
}

function parsePlace(text: string): Place {
  const [, side, cursor] = /^(batch|waiting):(.+)$/.exec(text) ?? [];
  if ((side === "batch" || side === "waiting") && cursor !== undefined) return { side, cursor };
  throw new MusterError("REQUEST_INVALID", "The cursor is none that was given out here.", {
    details: { field: "cursor" },
  });
}
