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

export interface Packaged {
  readonly resources: Readonly<Record<string, Resource>>;
  /** The zip of each function. */
  readonly zips: Readonly<Record<string, Buffer>>;
}

/** Makes the deployable artifact as `npm run package` does, as often as it is asked to. */
export async function packageStage(stage: string): Promise<Packaged> {
  const folder = await mkdtemp(join(tmpdir(), "muster-package-"));
  try {
    await packageFunctions(folder, ["--stage", stage]);
    const template = join(folder, "cloudformation-template-update-stack.json");
    const { Resources } = JSON.parse(await readFile(template, "utf8")) as {
      readonly Resources: Packaged["resources"];
    };
    const zips = {
      onboard: await readFile(join(folder, "onboard.zip")),
      heal: await readFile(join(folder, "heal.zip")),
    };
    return { resources: Resources, zips };
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
