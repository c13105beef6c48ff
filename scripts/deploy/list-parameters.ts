import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Lists the names of the parameters that the templates read, as `--param` gives them.
 *
 * @param templates the folder of serverless.yml; this repository's unless given.
 */
export async function listParameters(templates = root): Promise<readonly string[]> {
  const folder = join(templates, "infrastructure");
  const files = (await readdir(folder)).map((name) => join(folder, name));
  files.unshift(join(templates, "serverless.yml"));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\$\{param:(\w+)/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].sort();
}
