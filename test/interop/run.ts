import { spawnSync } from "node:child_process";

/**
 * Runs stock clients against the stand-in; all of it, or the files that are named:
 * `npm run test:interop -- test/interop/matrix.test.ts`.
 *
 * The types of this folder are checked here, as only those who run it have what it imports.
 */
const steps: readonly (readonly string[])[] = [
  ["tsc", "--project", "test/interop"],
  ["vitest", "run", "--config", "test/interop/vitest.config.ts", ...process.argv.slice(2)],
];
for (const [program = "", ...words] of steps) {
  const { status } = spawnSync(`node_modules/.bin/${program}`, words, { stdio: "inherit" });
  if (status === 0) continue;
  process.exitCode = 1;
  break;
}
