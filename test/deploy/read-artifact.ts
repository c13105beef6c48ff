import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Template {
  readonly Resources: Packaged["resources"];
  readonly Mappings: unknown;
  readonly Outputs: object;
}

export interface Packaged {
  readonly mappings: unknown;
  /** Their names. */
  readonly outputs: readonly string[];
  readonly resources: Readonly<Record<string, Resource>>;
  /** The zip of each function. */
  readonly zips: Readonly<Record<string, Buffer>>;
}

/** Reads what `npm run package` made: the template, and the zip of each function. */
export async function readArtifact(folder: string): Promise<Packaged> {
  const file = join(folder, "cloudformation-template-update-stack.json");
  const template = JSON.parse(await readFile(file, "utf8")) as Template;
  const zips: Record<string, Buffer> = {};
  for (const each of (await readdir(folder)).sort()) {
    if (each.endsWith(".zip")) zips[basename(each, ".zip")] = await readFile(join(folder, each));
  }
  return {
    resources: template.Resources,
    mappings: template.Mappings,
    outputs: Object.keys(template.Outputs),
    zips,
  };
}
