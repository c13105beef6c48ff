import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";

const folder = import.meta.dirname;
const client = join(folder, "node_modules/aws-lambda-ric/index.mjs");

/**
 * Puts together what is under /var/runtime on AWS: AWS's own runtime interface client, which loads the
 * handler, builds its context, patches the console and tells the Runtime API of answers and errors.
 *
 * Of the client only the native addon that sends and receives is another: it would have to be compiled,
 * and in its place `native-client.ts` speaks the same HTTP. Node takes a folder of the addon's name for it.
 *
 * @returns path of the module to be started.
 */
export async function prepareRuntime(target: string): Promise<string> {
  install();
  const addon = join(target, "rapid-client.node");
  await mkdir(addon, { recursive: true });
  const entry = join(target, "index.mjs");
  await copyFile(client, entry);
  await writeFile(join(addon, "package.json"), JSON.stringify({ type: "module" }));
  const source = await readFile(join(folder, "native-client.ts"), "utf8");
  const { code } = await transform(source, { loader: "ts" });
  await writeFile(join(addon, "index.js"), code);
  return entry;
}

/** Without its install scripts, which compile. */
function install(): void {
  if (existsSync(client)) return;
  process.stderr.write("Installing aws-lambda-ric with npm, once\n");
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
  execFileSync("npm", words, { stdio: ["ignore", "ignore", "inherit"] });
}
