import { type HealOneDeps, type HealSummary, healAll } from "./heal-one.ts";
import { type ListCertificates, listAll } from "./listings.ts";

export interface HealDeps extends HealOneDeps {
  readonly listCertificates: ListCertificates;
}

export interface HealRequest {
  readonly signal: AbortSignal;
  /** Only certificates of a batch that has just landed; else all that may need it. */
  readonly landed?: ReadonlySet<string>;
}

/**
 * Decides again what is out or was left half-way, and carries the new decision out.
 *
 * One certificate that cannot be settled holds up no other.
 */
export type HealCertificates = (request: HealRequest) => Promise<HealSummary>;

/** Certificates settled at once; AWS IoT's quota is ten per second for all. */
const atOnce = 4;

/** Builds the use case. */
export function createHealCertificates(deps: HealDeps): HealCertificates {
  return (request) => {
    const { signal, landed } = request;
    const ids = landed ? idsOfLanded(deps, landed, signal) : listAll(deps.listCertificates, signal);
    return healAll(deps, ids, { atOnce, signal });
  };
}

/** Walks the batch or the quarantine, whichever turns out smaller. */
async function* idsOfLanded(
  deps: HealDeps,
  landed: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const quarantined: string[] = [];
  for (const listing of ["quarantined", "recheck"] as const) {
    for await (const certificateId of deps.listCertificates(listing, signal)) {
      quarantined.push(certificateId);
      if (quarantined.length > landed.size) {
        yield* landed;
        return;
      }
    }
  }
  yield* quarantined.filter((certificateId) => landed.has(certificateId));
}
