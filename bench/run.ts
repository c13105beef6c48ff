import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { type Figure, isMissed } from "./figure.ts";

interface Benchmark {
  readonly run: () => Promise<readonly Figure[]>;
}

const folder = import.meta.dirname;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const names = await listBenchmarks();
const [name] = positionals;
const usage = `Usage: npm run bench -- <name> [--json]\n\nBenchmarks: ${names.join(", ")}`;
if (values.help) {
  console.log(usage);
} else if (name === undefined || !names.includes(name)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const benchmark = (await import(`./${name}.ts`)) as Benchmark;
  const figures = await benchmark.run();
  console.log(values.json ? JSON.stringify(toReport(name, figures)) : toTable(figures));
}

/** A benchmark is a file that exports `run`; the rest of the folder is what they share. */
async function listBenchmarks(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of (await readdir(folder)).sort()) {
    const source = await readFile(join(folder, file), "utf8");
    if (/^export (?:async )?function run\(/m.test(source)) found.push(basename(file, ".ts"));
  }
  return found;
}

/** Every figure with all its fields, so that readers need no case for a missing one. */
function toReport(benchmark: string, figures: readonly Figure[]) {
  return {
    name: benchmark,
    figures: figures.map(({ figure, value, unit, target, limit, ratio }) => ({
      figure,
      value,
      unit,
      target: target ?? null,
      limit: limit ?? null,
      ratio: ratio ?? null,
    })),
  };
}

function toTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ["figure", "value", "target", "limit", "ratio"],
    colAligns: ["left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const each of figures) {
    const { figure, value, unit, target, limit, ratio } = each;
    const inUnit = (amount: number) => `${amount} ${unit}`;
    table.push([
      figure,
      inUnit(value),
      isMissed(each) ? `${target} missed` : (target ?? ""),
      limit === undefined ? "" : inUnit(limit),
      ratio === undefined ? "" : `${ratio} ×`,
    ]);
  }
  return table.toString();
}
