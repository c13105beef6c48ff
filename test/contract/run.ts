import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { preparePython } from "../support/python-environment.ts";

/**
 * Runs the contract of files and queues against MiniStack's S3 and SQS, which it installs; all of it,
 * or the files that are named: `npm run test:contract -- test/contract/sqs-work-queue.test.ts`.
 *
 * `npm test` holds the local cloud's own files and queues to the same contract.
 */
const python = preparePython("ministack", "cryptography");
const words = process.argv.slice(2);
const named = words.some((word) => word.endsWith(".test.ts"));
const { status } = spawnSync(
  "node_modules/.bin/vitest",
  ["run", ...(named ? [] : ["test/contract"]), ...words],
  {
    stdio: "inherit",
    env: { ...process.env, MUSTER_MINISTACK: join(dirname(python), "ministack") },
  },
);
process.exitCode = status ?? 1;
