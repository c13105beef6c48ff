import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the artifacts of two stages, as `npm run package -- --stage …` makes them. */
    readonly packageFolder: string;
  }
}

/** In a process of its own: the module loader of set-ups lacks some of Node's. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "muster-packaged-"));
  await promisify(execFile)(process.execPath, ["test/deploy/make-package.ts", folder]);
  project.provide("packageFolder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
