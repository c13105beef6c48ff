import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { type Part, parts } from "./parts.ts";

/**
 * Mutates the rules and the saga, or the files and folders that are named:
 * `npm run test:mutation -- src/rules/audit`.
 *
 * Each part has to reach the threshold by its own tests: the rules are pure, and a fault test that
 * happens to notice would hide what their own tests miss.
 */
const named = process.argv.slice(2).map((path) => path.replace(/\/+$/, ""));
for (const path of named) {
  if (partsOf(path).length === 0) throw new Error(`${path} is in no part that is mutated.`);
}
for (const part of Object.keys(parts) as Part[]) {
  const paths = named.filter((path) => partsOf(path).includes(part));
  if (named.length === 0) paths.push(parts[part].sources);
  if (paths.length > 0 && !mutate(part, paths)) process.exitCode = 1;
}

function partsOf(path: string): readonly Part[] {
  return (Object.keys(parts) as Part[]).filter((part) =>
    `${path}/`.startsWith(`${parts[part].sources}/`),
  );
}

/** @returns whether enough mutants were noticed. */
function mutate(part: Part, paths: readonly string[]): boolean {
  const patterns = paths.map((path) => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path));
  const { status } = spawnSync(
    process.execPath,
    [
      "test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js",
      "run",
      "test/mutation/stryker.config.json",
      "--mutate",
      patterns.join(","),
    ],
    { stdio: "inherit", env: { ...process.env, MUSTER_MUTATED: part } },
  );
  return status === 0;
}
