import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import Table from "cli-table3";
import { type BuiltFunction, buildFunctions, toSizeTable } from "./build.ts";
import { runOsls } from "./run-osls.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What osls reads; the folder holds templates that serverless.yml names. */
const described = ["serverless.yml", "infrastructure"] as const;

/**
 * Makes the deployable artifact: a CloudFormation template and a zip for each function.
 *
 * Neither an AWS account nor a network is needed, and none is looked for: of the caller's
 * environment only the path is passed on. All is made in a folder of its own, because osls empties
 * `.serverless` whatever it is told to write to.
 *
 * @param target the folder that the artifact is to be in, alone.
 * @param options of `osls package`, such as `--stage prod --region eu-west-1`.
 * @throws Error with what osls says is wrong.
 */
export async function packageFunctions(
  target: string,
  options: readonly string[] = [],
): Promise<readonly BuiltFunction[]> {
  const service = await mkdtemp(join(tmpdir(), "muster-package-"));
  try {
    const functions = await packageService(service, options);
    await moveArtifact(join(service, ".serverless"), target);
    return functions;
  } finally {
    await rm(service, { recursive: true, force: true });
  }
}

/**
 * Packages in a folder that osls may also deploy from: the artifact is in its `.serverless`.
 *
 * @param templates the folder of serverless.yml; this repository's unless given.
 */
export async function packageService(
  service: string,
  options: readonly string[],
  templates = root,
): Promise<readonly BuiltFunction[]> {
  for (const name of described) {
    await cp(join(templates, name), join(service, name), { recursive: true });
  }
  const functions = await buildFunctions(join(service, ".build/functions"));
  await runOsls({ service, words: ["package", ...options], env: alone(service) });
  return functions;
}

/** `osls deploy --package` finds the zips by the paths in the state file. */
async function moveArtifact(from: string, target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await cp(from, target, { recursive: true });
  const stateFile = join(target, "serverless-state.json");
  const state = await readFile(stateFile, "utf8");
  await writeFile(stateFile, state.replaceAll(from, target));
}

function alone(service: string): NodeJS.ProcessEnv {
  return {
    HOME: service,
    PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
    AWS_EC2_METADATA_DISABLED: "true",
  };
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
  const target = join(root, ".serverless");
  try {
    console.log(toSizeTable(await packageFunctions(target, process.argv.slice(2))));
    console.log(await toArtifactTable(target));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
