import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFunctions } from "../../scripts/package.ts";

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

/**
 * Makes the deployable artifact as `npm run package` does, as often as it is asked to.
 *
 * @param options more of them, such as `--param oidcIssuer=…`.
 */
export async function packageStage(
  stage: string,
  options: readonly string[] = [],
): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), "muster-package-"));
  try {
    const functions = await packageFunctions(folder, ["--stage", stage, ...options]);
    const file = join(folder, "cloudformation-template-update-stack.json");
    const template = JSON.parse(await readFile(file, "utf8")) as Template;
    const zips: Record<string, Buffer> = {};
    for (const { name } of functions) zips[name] = await readFile(join(folder, `${name}.zip`));
    return {
      resources: template.Resources,
      mappings: template.Mappings,
      outputs: Object.keys(template.Outputs),
      zips,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The names in a zip's central directory (APPNOTE 4.3.12). */
export function listZip(zip: Buffer = Buffer.alloc(0)): readonly string[] {
  const names: string[] = [];
  const header = Buffer.from("PK\u0001\u0002");
  for (let at = zip.indexOf(header); at !== -1; at = zip.indexOf(header, at + 1)) {
    names.push(zip.toString("utf8", at + 46, at + 46 + zip.readUInt16LE(at + 28)));
  }
  return names.sort();
}
