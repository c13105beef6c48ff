import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Collects the licence texts of the packages that files lie in, as most licences ask of whoever
 * passes the packages on.
 *
 * @param files paths relative to `root`; those outside `node_modules` are skipped.
 * @returns one section for each package version, in the order of their names.
 * @throws Error naming a package that says nothing of its licence.
 */
export async function collectLicenses(root: string, files: readonly string[]): Promise<string> {
  const folders = new Set(files.flatMap((file) => packageFolder.exec(file)?.[0] ?? []));
  const sections = await Promise.all([...folders].map((folder) => readLicense(join(root, folder))));
  return [...new Set(sections)].sort().join("\n");
}

/** The innermost package: packages may lie inside packages. */
const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

async function readLicense(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  ) as { readonly name: string; readonly version: string; readonly license?: unknown };
  if (typeof license !== "string") throw new Error(`${name} names no licence.`);
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), "utf8")));
  return [`${name} ${version} (${license})`, "", ...texts.map((text) => `${text.trim()}\n`)].join(
    "\n",
  );
}
