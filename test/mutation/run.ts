import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";

// Mutates src/rules and src/onboarding, or the files and folders that are named:
// npm run test:mutation -- src/rules/audit
const named = process.argv.slice(2).map((path) => {
  const isFolder = statSync(path).isDirectory();
  return isFolder ? `${path.replace(/\/$/, "")}/**/*.ts` : path;
});
const { status } = spawnSync(
  process.execPath,
  [
    "test/mutation/node_modules/@stryker-mutator/core/bin/stryker.js",
    "run",
    "test/mutation/stryker.config.json",
    ...(named.length > 0 ? ["--mutate", named.join(",")] : []),
  ],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
