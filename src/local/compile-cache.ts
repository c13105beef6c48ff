import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/**
 * Has this thread keep what it compiles, and load what was compiled before: half of what starting
 * takes. Where it cannot be kept it is compiled each time. Not among the temporary files, which others
 * of this machine could have put there.
 */
export function keepCompiled(): void {
  enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/muster", import.meta.url)));
}
