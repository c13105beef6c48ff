import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { type Packaged, readArtifact } from "./read-artifact.ts";

const toPath = (name: string) => join(inject("packageFolder"), name);

/** The artifact of the stage `test`, which is made once for all test files. */
export function readPackaged(): Promise<Packaged> {
  return readArtifact(toPath("test"));
}

/** The artifact of the stage `other`, which takes an OIDC provider's tokens. */
export function readOther(): Promise<Packaged> {
  return readArtifact(toPath("other"));
}

/** What each function's bundle of the stage `test` holds something of, as paths from the root. */
export async function readSources(): Promise<Readonly<Record<string, readonly string[]>>> {
  const text = await readFile(toPath("sources.json"), "utf8");
  return JSON.parse(text) as Readonly<Record<string, readonly string[]>>;
}
