import { describe, expect, test } from "vitest";
import { createHealLanded, type LandedBatch } from "../../src/onboarding/heal/heal-landed.ts";
import type { Settlement } from "../../src/onboarding/settlement.ts";
import { defaultTiming } from "../../src/onboarding/timing.ts";
import { createRecord, createRecords, createState } from "../support/memory-records.ts";

const admitted: Settlement = { status: "admitted", findings: [], changed: true };

interface Given {
  /** Pages of what waits, and of the batch. */
  readonly waiting?: readonly (readonly string[])[];
  readonly batch?: readonly (readonly string[])[];
  readonly size?: number;
  /** Milliseconds that each settling takes. */
  readonly takesMs?: number;
  readonly settle?: (certificateId: string) => Promise<Settlement>;
}

/** Lists whose cursors are the numbers of their pages. */
function setup({ waiting = [], batch = [], size = 0, takesMs = 0, settle }: Given) {
  const all = [...waiting, ...batch].flat();
  const records = all.map((certificateId) => createRecord({ certificateId, state: createState() }));
  let nowMs = 0;
  const counted: number[] = [];
  const settled: string[] = [];
  const read: string[] = [];
  const page = (pages: readonly (readonly string[])[], cursor: string | undefined) => {
    const at = Number(cursor ?? 0);
    const more = at + 1 < pages.length && { cursor: String(at + 1) };
    return { certificateIds: pages[at] ?? [], ...more };
  };
  const healLanded = createHealLanded({
    ...createRecords(records),
    settleCertificate: async ({ certificateId }) => {
      nowMs += takesMs;
      settled.push(certificateId);
      return settle?.(certificateId) ?? admitted;
    },
    preregisterCertificate: async () => admitted,
    describeCertificate: async () => undefined,
    countWaiting: async (limit) => {
      counted.push(limit);
      return Math.min(limit, waiting.flat().length);
    },
    listWaiting: async (cursor) => {
      read.push(`waiting ${cursor ?? 0}`);
      return page(waiting, cursor);
    },
    now: () => new Date(nowMs),
    timing: defaultTiming,
  });
  const named = new Set(batch.flat());
  const landed: LandedBatch = {
    size,
    listOut: async (cursor) => {
      read.push(`batch ${cursor ?? 0}`);
      return page(batch, cursor);
    },
    named: async (ids) => new Set(ids.filter((id) => named.has(id))),
  };
  const run = (cursor?: string) =>
    healLanded({ ...landed, ...(cursor !== undefined && { cursor }) }, AbortSignal.timeout(5_000));
  return { run, settled, read, counted };
}

const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe("healing what a landed batch names", () => {
  test("walks what waits where that is not the greater, and settles what the batch names", async () => {
    const { run, settled, read, counted } = setup({
      waiting: [["a", "x"], ["b"]],
      batch: [["a", "b", "c"]],
      size: 3,
    });
    expect(await run()).toEqual({ summary: { looked: 2, admitted: 2, changed: 2, failed: [] } });
    expect(settled).toEqual(["a", "b"]);
    expect(read).toEqual(["waiting 0", "waiting 1"]);
    expect(counted).toEqual([4]);
  });

  test("walks the batch where more waits", async () => {
    const { run, settled, read, counted } = setup({
      waiting: [["a", "x", "y"]],
      batch: [["a"], ["b"]],
      size: 2,
    });
    await run();
    expect(settled).toEqual(["a", "b"]);
    expect(read).toEqual(["batch 0", "batch 1"]);
    expect(counted).toEqual([3]);
  });

  test("is not held up by one that cannot be settled, and tells of it", async () => {
    const { run } = setup({
      waiting: [["a", "b"]],
      batch: [["a", "b"]],
      size: 2,
      settle: async (id) => {
        if (id === "a") throw new RangeError("x");
        return admitted;
      },
    });
    expect(await run()).toEqual({
      summary: {
        looked: 2,
        admitted: 1,
        changed: 1,
        failed: [{ certificateId: "a", code: "RangeError" }],
      },
    });
  });

  test("ends after as many as one call has time for, and goes on at the next page", async () => {
    const pages = [ids("a", 30), ids("b", 30), ids("c", 30)];
    const { run, settled } = setup({ waiting: pages, batch: pages, size: 90 });
    const { cursor } = await run();
    expect(settled).toHaveLength(60);
    expect(await run(cursor)).toMatchObject({ summary: { looked: 30 } });
    expect(settled.toSorted()).toEqual(pages.flat().toSorted());
  });

  test("ends when its time is over, on the side that it chose", async () => {
    const { run, read } = setup({
      waiting: [["x", "y", "z"]],
      batch: [["a"], ["b"]],
      size: 2,
      takesMs: 30_000,
    });
    const { cursor } = await run();
    expect(read).toEqual(["batch 0"]);
    expect(await run(cursor)).not.toHaveProperty("cursor");
    expect(read).toEqual(["batch 0", "batch 1"]);
  });

  test.for(["", "elsewhere:1", "batch:"])("takes no cursor such as %j", async (cursor) => {
    await expect(setup({}).run(cursor)).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  });
});
