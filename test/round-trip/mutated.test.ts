import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { mutations } from "./mutate.ts";
import type { MutatedResult } from "./mutated-worker.ts";

const worker = new URL("mutated-worker.ts", import.meta.url).pathname;
const runs = 12;
/** Far above what any takes; a file that is read for ever, or in ever more memory, comes up. */
const limits = { timeout: 120_000, heapMegabytes: 192, peakBytes: 384 * 1024 * 1024 };

test.for(sampleFormats)(
  "damaged files of $name give rows and coded refusals, in bounded time and memory",
  { timeout: limits.timeout + 10_000 },
  async ({ name }) => {
    const heap = `--max-old-space-size=${limits.heapMegabytes}`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [heap, worker, name, String(runs)],
      { timeout: limits.timeout },
    );
    const { inputs, unexpected, peakBytes } = JSON.parse(stdout) as MutatedResult;
    expect(unexpected).toEqual([]);
    expect(inputs).toBe(runs * Object.keys(mutations).length);
    expect(peakBytes).toBeLessThan(limits.peakBytes);
  },
);
