import type { BatchDeps } from "../batch-deps.ts";
import type { PartRecord } from "../batch-record.ts";

/** Somebody who watches sees it move at least every two seconds. */
const intervalMs = 1_000;

/**
 * Builds the telling of how far a part is. One write at a time; what fails is let go, as it is for
 * whoever watches only.
 */
export function createTrackPart(
  { writePart, now }: Pick<BatchDeps, "writePart" | "now">,
  batch: string,
  part: Omit<PartRecord, "bytesDone" | "sent">,
) {
  const tell = async (sofar: Omit<PartRecord, "sent">): Promise<void> => {
    await writePart(batch, sofar, part.attempt).catch(() => {});
  };
  let toldAt = now().getTime();
  let telling: Promise<void> | undefined;
  return {
    note: (bytesDone: number): void => {
      if (telling !== undefined || now().getTime() - toldAt < intervalMs) return;
      toldAt = now().getTime();
      const sofar = {
        ...part,
        bytesDone: Math.floor(Math.min(bytesDone, part.bytes)),
        ...(part.attempt !== undefined && { at: now().toISOString() }),
      };
      telling = tell(sofar).finally(() => {
        telling = undefined;
      });
    },
    /** Nothing is written after this. */
    end: async (): Promise<void> => telling,
  };
}
