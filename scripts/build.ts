import { appendFile, copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
  /** What the bundle holds something of, as paths from the root. */
  readonly sources: readonly string[];
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
  const sources = listSources(metafile);
  await writeFile(join(folder, "LICENSES.txt"), await collectLicenses(root, sources));
  if (sources.some((path) => path.includes(`${archiveLibrary}/`))) await addModule(folder);
  const content = await readFile(path);
  return { name, path, bytes: content.length, gzipBytes: gzipSync(content).length, sources };
}

const archiveLibrary = "libarchive-wasm";

/**
 * WebAssembly is no JavaScript to be bundled: it lies beside, and is read when it is needed. The package
 * has no notices of the libraries that were compiled into it.
 */
async function addModule(folder: string): Promise<void> {
  const module = join(root, "node_modules", archiveLibrary, "dist/libarchive.wasm");
  await copyFile(module, join(folder, "libarchive.wasm"));
  const notice = await readFile(join(root, "scripts/libarchive-notice.txt"), "utf8");
  await appendFile(join(folder, "LICENSES.txt"), `\n${notice}`);
}

/** Of what esbuild looked at, what is in the bundle. */
export function listSources({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
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
    // For libraries in CommonJS: yaml asks for modules of Node's, libarchive-wasm where it lies.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __dirname = import.meta.dirname;',
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
