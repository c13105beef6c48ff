import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import Table from "cli-table3";
import { build, type Metafile } from "esbuild";
import { collectLicenses } from "./collect-licenses.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const outputFolder = join(root, ".build/functions");

export interface BuiltFunction {
  readonly name: string;
  /** Absolute path of the module that Lambda loads. */
  readonly path: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/**
 * Bundles every file of functions/ into a folder of its own, with the licences of what it contains.
 *
 * The same sources give the same bytes: nothing of the time or the machine goes into a bundle.
 */
export async function buildFunctions(folder = outputFolder): Promise<readonly BuiltFunction[]> {
  await rm(folder, { recursive: true, force: true });
  const files = (await readdir(join(root, "functions"))).filter((file) => file.endsWith(".ts"));
  const names = files.sort().map((file) => basename(file, ".ts"));
  return Promise.all(names.map((name) => buildFunction(name, join(folder, name))));
}

async function buildFunction(name: string, folder: string): Promise<BuiltFunction> {
  const path = join(folder, "index.mjs");
  const metafile = await bundleFunction(`functions/${name}.ts`, path);
  const packages = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  await writeFile(join(folder, "LICENSES.txt"), await collectLicenses(root, packages));
  const content = await readFile(path);
  return { name, path, bytes: content.length, gzipBytes: gzipSync(content).length };
}

/** Bundles one entry, given from the root, as a function is. */
export async function bundleFunction(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // The SDK's CommonJS builds, which esbuild prefers on Node, cost 65 ms more of every cold start.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": fileURLToPath(
        import.meta.resolve("./lambda-credentials.ts"),
      ),
    },
    // For libraries in CommonJS that ask for modules of Node's, such as yaml.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    minify: true,
    // Licences go in whole, beside the bundle.
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** @returns one line for each function. */
export function toSizeTable(functions: readonly BuiltFunction[]): string {
  const table = new Table({
    head: ["function", "bundle", "gzipped"],
    colAligns: ["left", "right", "right"],
    style: { head: [], border: [] },
  });
  const toKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  table.push(
    ...functions.map(({ name, bytes, gzipBytes }) => [
      name,
      toKilobytes(bytes),
      toKilobytes(gzipBytes),
    ]),
  );
  return table.toString();
}

if (import.meta.main) console.log(toSizeTable(await buildFunctions()));
