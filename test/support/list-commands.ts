import { join } from "node:path";
import { bundleFunction, listSources } from "../../scripts/build.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * The commands of the SDK among a bundle's sources: what its code can call at all.
 *
 * @returns as `client-iot/UpdateCertificateCommand`.
 */
export function toCommands(sources: readonly string[]): readonly string[] {
  return sources
    .map((path) => /@aws-sdk\/(client-.+\/)dist-es\/commands\/(\w+)\.js$/.exec(path))
    .flatMap((match) => (match ? [`${match[1]}${match[2]}`] : []))
    .toSorted();
}

/** Bundles an entry, and gives its commands. */
export async function listCommands(entry: string): Promise<readonly string[]> {
  const metafile = await bundleFunction(entry, join(temporaryFolder(), "bundle.mjs"));
  return toCommands(listSources(metafile));
}
