import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findCommand } from "./find-command.ts";
import type { Tool } from "./tools.ts";

const requirements = "test/interop/requirements.txt";

/** Installs the stock `aws` command line in a virtual environment, once for each set of versions. */
export function installAwsCommand(cache: string): Tool {
  const python = findCommand("python3");
  if (python === undefined) return { missing: "python3 is not installed: there is no aws command" };
  const versions = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const folder = join(cache, `aws-${versions.slice(0, 12)}`);
  const path = join(folder, "bin/aws");
  if (existsSync(path)) return { path };
  process.stderr.write("Installing the aws command line\n");
  const pip = join(folder, "bin/pip");
  const steps: readonly (readonly [string, readonly string[]])[] = [
    [python, ["-m", "venv", folder]],
    [pip, ["install", "--quiet", "--no-deps", "--requirement", requirements]],
  ];
  for (const [program, words] of steps) {
    const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
    if (status === 0) continue;
    // Half an environment would be taken for a whole one next time.
    rmSync(folder, { recursive: true, force: true });
    return { missing: `the aws command line could not be installed: ${stderr.trim()}` };
  }
  return { path };
}
