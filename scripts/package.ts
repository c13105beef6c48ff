import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Table from "cli-table3";
import { buildFunctions, toSizeTable } from "./build.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const osls = fileURLToPath(import.meta.resolve("osls/bin/serverless.js"));

/**
 * Makes the deployable artifact: a CloudFormation template and a zip for each function.
 *
 * Neither an AWS account nor a network is needed, and none is looked for: of the caller's
 * environment only the path is passed on.
 *
 * @param options of `osls package`, such as `--stage prod --region eu-west-1`.
 */
export async function packageFunctions(
  folder: string,
  options: readonly string[] = [],
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), "muster-package-"));
  try {
    await promisify(execFile)(
      process.execPath,
      [osls, "package", "--package", folder, ...options],
      {
        cwd: root,
        env: {
          HOME: home,
          PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
          AWS_EC2_METADATA_DISABLED: "true",
          SLS_INTERACTIVE_SETUP_ENABLE: "0",
        },
      },
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function toArtifactTable(folder: string): Promise<string> {
  const table = new Table({
    head: ["file", "size", "SHA-256"],
    colAligns: ["left", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const file of (await readdir(folder)).sort()) {
    const path = join(folder, file);
    const content = await readFile(path);
    const sha256 = createHash("sha256").update(content).digest("hex");
    table.push([relative(root, path), `${(content.length / 1000).toFixed(1)} kB`, sha256]);
  }
  return table.toString();
}

if (import.meta.main) {
  const folder = join(root, ".serverless");
  console.log(toSizeTable(await buildFunctions()));
  await rm(folder, { recursive: true, force: true });
  await packageFunctions(folder, process.argv.slice(2));
  console.log(await toArtifactTable(folder));
}
