import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildFunctions, bundleFunction } from "../scripts/build.ts";
import { compare, type Figure, medianOf, type Pair } from "./figure.ts";

const rounds = 11;

/**
 * What the onboarding function costs before its first event: the size of its bundle, and the time to
 * load it above that of an empty process.
 *
 * The limit is a function of middy and the same SDK commands alone, bundled the same way.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-cold-start-"));
  try {
    const functions = await buildFunctions(folder);
    const onboard = functions.find(({ name }) => name === "onboard");
    if (onboard === undefined) throw new Error("functions/onboard.ts is not there.");
    const bare = join(folder, "bare.mjs");
    await bundleFunction("bench/cold-start-bare.ts", bare);
    const size = { muster: onboard.bytes / 1_000, bare: (await stat(bare)).size / 1_000 };
    return [
      compare("bundle", "kB", size, "≤ 550"),
      compare("import above an empty process", "ms", measureLoad(onboard.path, bare), "≤ 120"),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Empty, bare and onboarding in turn, so that the machine's mood hits all; the first round warms up. */
function measureLoad(onboard: string, bare: string): Pair {
  const above = { muster: [] as number[], bare: [] as number[] };
  for (let count = 0; count <= rounds; count += 1) {
    const empty = timeProcess("");
    const sample = { muster: timeLoad(onboard) - empty, bare: timeLoad(bare) - empty };
    if (count === 0) continue;
    above.muster.push(sample.muster);
    above.bare.push(sample.bare);
  }
  return { muster: medianOf(above.muster), bare: medianOf(above.bare) };
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
      },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return performance.now() - from;
}
