import { resourceUsage } from "node:process";
import { manifestProblems, manifestWarnings } from "../../src/formats/manifest-problems.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import { errorCodes, MusterError } from "../../src/rules/errors.ts";
import { makeSample, readAll } from "../formats/support.ts";
import { createRandom, mutations } from "./mutate.ts";

/** What one process saw of one format's mutated files. */
export interface MutatedResult {
  readonly inputs: number;
  /** Files that gave anything but rows and coded refusals: how they were made, and what came of it. */
  readonly unexpected: readonly string[];
  readonly peakBytes: number;
}

const [name = "", runs = "1"] = process.argv.slice(2);
const known = { ...manifestProblems, ...manifestWarnings };
const others = sampleFormats.map((format) => makeSample(format.name, { count: 1 }).bytes);
const { bytes, options } = makeSample(name, { count: name === "der" ? 1 : 5 });

process.stdout.write(JSON.stringify(await readMutated()));

async function readMutated(): Promise<MutatedResult> {
  const unexpected: string[] = [];
  let inputs = 0;
  for (const [kind, mutate] of Object.entries(mutations)) {
    for (let seed = 1; seed <= Number(runs); seed += 1) {
      const random = createRandom(seed);
      const other = others[Math.floor(random() * others.length)] ?? Buffer.alloc(0);
      const input = mutate(bytes, random, other);
      inputs += 1;
      const amiss = await findAmiss(input);
      if (amiss !== undefined) unexpected.push(`${kind}, seed ${seed}: ${amiss}`);
    }
  }
  return { inputs, unexpected, peakBytes: resourceUsage().maxRSS * 1024 };
}

/** @returns what is not as documented; undefined when all is. */
async function findAmiss(input: Buffer): Promise<string | undefined> {
  try {
    const { rows } = await readAll(input, { ...options, chunkSizes: [65_536] });
    const codes = rows.flatMap((row) => {
      return row.kind === "problem" ? [row.code] : row.warnings.map(({ code }) => code);
    });
    return codes.find((code) => !(code in known));
  } catch (error) {
    if (error instanceof MusterError && error.code in errorCodes) return undefined;
    return error instanceof Error ? error.stack : String(error);
  }
}
