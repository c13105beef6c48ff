import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface Results {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Counts the tests in vitest's JSON results, and names each that was skipped.
 *
 * The last line is `<passed> <failed>`; a skip that the list does not explain makes it exit with 1.
 */
async function countTests(explained: string, folder: string): Promise<void> {
  const reasons = await readReasons(explained);
  const count = { passed: 0, failed: 0, unexplained: 0 };
  for (const file of await readdir(folder)) {
    const { testResults } = JSON.parse(await readFile(join(folder, file), "utf8")) as Results;
    for (const { status, assertionResults, name } of testResults) {
      const failed = assertionResults.filter((test) => test.status === "failed").length;
      count.passed += assertionResults.filter((test) => test.status === "passed").length;
      // A file that could not even be loaded has no tests to fail.
      count.failed += status === "failed" ? Math.max(failed, 1) : failed;
      for (const { fullName } of assertionResults.filter(isSkipped)) {
        const reason = reasons.find(({ start }) => fullName.startsWith(start))?.reason;
        if (reason === undefined) count.unexplained += 1;
        console.log(`skipped: ${fullName} (${reason ?? `NOT EXPLAINED, in ${name}`})`);
      }
    }
  }
  if (count.unexplained > 0) process.exitCode = 1;
  console.log(`${count.passed} ${count.failed}`);
}

function isSkipped({ status }: { readonly status: string }): boolean {
  return status !== "passed" && status !== "failed";
}

/** Lines of `<start of a test's full name> | <reason>`. */
async function readReasons(path: string) {
  const lines = (await readFile(path, "utf8")).split("\n");
  return lines.flatMap((line) => {
    const [start, reason] = line.split(" | ");
    return start && reason && !line.startsWith("#") ? [{ start, reason }] : [];
  });
}

const [, , explained, folder] = process.argv;
if (!explained || !folder)
  throw new Error("Usage: count-tests.ts <explained skips> <results folder>");
await countTests(explained, folder);
