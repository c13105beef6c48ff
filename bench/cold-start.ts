import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BuiltFunction, buildFunctions, bundleFunction } from "../scripts/build.ts";
import { compare, type Figure, medianOf } from "./figure.ts";

const rounds = 11;

/** The largest that a function may be, and the longest that it may take to load. */
const targets: Readonly<Record<string, { readonly kilobytes: number; readonly ms: number }>> = {
  api: { kilobytes: 1_100, ms: 300 },
  authorize: { kilobytes: 250, ms: 100 },
  ingest: { kilobytes: 850, ms: 200 },
  onboard: { kilobytes: 550, ms: 120 },
};

/**
 * What functions cost before their first event: the size of the bundle, and the time to load it above
 * that of an empty process.
 *
 * The limit of onboarding is a function of middy and the same SDK commands alone, bundled the same way.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-cold-start-"));
  try {
    const functions = await buildFunctions(folder);
    const bare = join(folder, "bare.mjs");
    await bundleFunction("bench/cold-start-bare.ts", bare);
    const measured = functions.filter(({ name }) => name in targets);
    const loads = measureLoads([...measured.map(({ path }) => path), bare]);
    const limit = { kilobytes: (await stat(bare)).size / 1_000, ms: loads.get(bare) ?? 0 };
    return measured.flatMap((each) => toFigures(each, loads.get(each.path) ?? 0, limit));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toFigures(
  { name, bytes }: BuiltFunction,
  ms: number,
  limit: { readonly kilobytes: number; readonly ms: number },
): readonly Figure[] {
  const target = targets[name] ?? limit;
  const size = [`bundle of ${name}`, "kB"] as const;
  const load = [`import of ${name} above an empty process`, "ms"] as const;
  if (name === "onboard") {
    return [
      compare(...size, { muster: bytes / 1_000, bare: limit.kilobytes }, `≤ ${target.kilobytes}`),
      compare(...load, { muster: ms, bare: limit.ms }, `≤ ${target.ms}`),
    ];
  }
  return [toFigure(...size, bytes / 1_000, target.kilobytes), toFigure(...load, ms, target.ms)];
}

function toFigure(figure: string, unit: string, value: number, most: number): Figure {
  return { figure, value: Math.round(value * 100) / 100, unit, target: `≤ ${most}` };
}

/**
 * An empty process and all of them in turn, so that the machine's mood hits all; the first round warms
 * up.
 *
 * @returns medians by path.
 */
function measureLoads(paths: readonly string[]): ReadonlyMap<string, number> {
  const above = new Map(paths.map((path) => [path, [] as number[]]));
  for (let count = 0; count <= rounds; count += 1) {
    const empty = timeProcess("");
    for (const [path, samples] of above) {
      const ms = timeLoad(path) - empty;
      if (count > 0) samples.push(ms);
    }
  }
  return new Map([...above].map(([path, samples]) => [path, medianOf(samples)]));
}

function timeLoad(path: string): number {
  return timeProcess(`await import(${JSON.stringify(pathToFileURL(path))});`);
}

/** @returns milliseconds from start to end of a process. */
function timeProcess(source: string): number {
  const from = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", source],
    {
      encoding: "utf8",
      env: {
        AWS_REGION: "eu-west-1",
        MUSTER_STAGE: "bench",
        MUSTER_LEDGER_TABLE: "ledger",
        MUSTER_AUDIT_TABLE: "audit",
        MUSTER_BUCKET: "bucket",
        MUSTER_INGEST_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/ingest",
      },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return performance.now() - from;
}
