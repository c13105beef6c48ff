import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

type Verdict = "refused" | "allowed";

/** Where a line is planted, the line, and what the linter has to say to it. */
type Case = readonly [folder: string, line: string, verdict: Verdict];

const imports = (folder: string, verdict: Verdict, ...modules: readonly string[]) =>
  modules.map((module): Case => [folder, `import "${module}";`, verdict]);

const onlyAws = ["@aws-sdk/client-iot", "@aws-sdk/client-dynamodb", "@smithy/util-retry"];

const cases: readonly Case[] = [
  ...imports("src/rules", "allowed", "node:crypto", "zod/mini", "./errors.ts"),
  ...imports("src/rules/deep", "allowed", "../errors.ts"),
  ...imports("src/rules", "refused", "node:fs", "zod", "mqtt", ...onlyAws),
  ...imports("src/rules", "refused", "../formats/x.ts", "../onboarding/x.ts"),
  ...imports("src/rules", "refused", "../aws/x.ts", "../wiring/x.ts"),
  ...imports("src/rules/deep", "refused", "../../iot-core/x.ts", "../../local/x.ts"),
  ["src/rules", "export const at = Date.now();", "refused"],
  ["src/rules", "export const at = new Date();", "refused"],
  ["src/rules", "export const at = performance.now();", "refused"],
  ["src/rules", "export const one = Math.random();", "refused"],
  ["src/rules", "export const toDate = (at: string) => new Date(at);", "allowed"],

  ...imports("src/onboarding", "allowed", "../rules/x.ts", "../formats/x.ts"),
  ...imports("src/onboarding", "refused", "../batches/x.ts", "../access/x.ts"),
  ...imports("src/onboarding", "refused", "../aws/x.ts", "../wiring/x.ts", ...onlyAws),
  ...imports("src/batches", "allowed", "../rules/x.ts", "../formats/x.ts"),
  ...imports("src/batches", "refused", "../onboarding/x.ts", "../access/x.ts"),
  ...imports("src/batches", "refused", "../aws/x.ts", "../local/x.ts", ...onlyAws),
  ...imports("src/access", "allowed", "../rules/x.ts", "../formats/x.ts"),
  ...imports("src/access", "refused", "../onboarding/x.ts", "../batches/x.ts"),
  ...imports("src/access", "refused", "../aws/x.ts", "../cli/x.ts", ...onlyAws),

  ...imports("src/formats", "allowed", "../rules/x.ts"),
  ...imports("src/formats", "refused", "../batches/x.ts", "../aws/x.ts", ...onlyAws),
  ...imports("src/lambda", "allowed", "../onboarding/x.ts", "../rules/x.ts"),
  ...imports("src/lambda", "refused", "../aws/x.ts", "../wiring/x.ts", ...onlyAws),
  ...imports("src/aws", "allowed", "../rules/x.ts", "../onboarding/x.ts", ...onlyAws),
  ...imports("src/aws", "refused", "../wiring/x.ts", "../iot-core/x.ts"),
  ...imports("src/iot-core", "allowed", "node:tls", "mqtt-packet"),
  ...imports("src/iot-core", "refused", "../rules/x.ts", "../formats/x.ts"),
  ...imports("src/iot-core", "refused", "../aws/x.ts", "../local/x.ts", ...onlyAws),
  ...imports("src/local", "allowed", "../iot-core/x.ts"),
  ...imports("src/local", "refused", "../wiring/x.ts", "../cli/x.ts", ...onlyAws),
  ...imports("src/wiring", "allowed", "../aws/x.ts", "../local/x.ts"),
  ...imports("src/wiring", "refused", "../iot-core/x.ts", "../cli/x.ts", ...onlyAws),
  ...imports("src/cli", "allowed", "../wiring/x.ts"),
  ...imports("src/cli", "refused", "../iot-core/x.ts", ...onlyAws),
  ...imports("functions", "allowed", "../src/wiring/x.ts", "@middy/core"),
  ...imports("functions", "refused", "../src/iot-core/x.ts", ...onlyAws),

  ["src/wiring", 'export const home = process.env["HOME"];', "allowed"],
  ["src/onboarding", 'export const home = process.env["HOME"];', "refused"],
  ["functions", 'export const home = process.env["HOME"];', "refused"],
];

const verdicts = await plantAll(cases);

describe("the linter holds the import directions and the purity of the rules", () => {
  test.for(cases.map((each, index) => [...each, index] as const))("%s: %s is %s", (planted) => {
    const [, , verdict, index] = planted;
    expect(verdicts[index]).toBe(verdict);
  });

  test("and names no folder that is not there, but those still to come", async () => {
    const there = await readdir("src");
    const named = await foldersInRules();
    expect(named.filter((folder) => !there.includes(folder))).toEqual(stillToCome);
  });

  test("and leaves no folder of src/ out", async () => {
    const governed = new Set(cases.map(([folder]) => folder.split("/")[1]));
    const left = (await readdir("src")).filter((folder) => !governed.has(folder));
    expect(left).toEqual([]);
  });
});

const stillToCome = ["api", "console", "diagnosis"];

/** Lints all lines at once, each in a file of its own, in a copy of the folders. */
async function plantAll(planted: readonly Case[]): Promise<readonly Verdict[]> {
  const root = await mkdtemp(join(tmpdir(), "muster-layout-"));
  try {
    await cp("scripts/lint", join(root, "scripts/lint"), { recursive: true });
    const { $schema: _, ...configuration } = await readConfiguration();
    await writeFile(
      join(root, "biome.json"),
      JSON.stringify({ ...configuration, vcs: { enabled: false } }),
    );
    const files = planted.map(([folder], index) => `${folder}/planted-${index}.ts`);
    for (const [index, [folder, line]] of planted.entries()) {
      await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(root, files[index] ?? ""), `${line}\n`);
    }
    const refused = await lint(root);
    return files.map((file) => (refused.has(file) ? "refused" : "allowed"));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** @returns the files with an error. */
async function lint(root: string): Promise<ReadonlySet<string>> {
  const biome = resolve("node_modules/.bin/biome");
  const options = ["lint", "--reporter=json", "--max-diagnostics=none", "."];
  // What it finds makes it exit with 1.
  const { stdout } = await promisify(execFile)(biome, options, { cwd: root }).catch(
    (error: { readonly stdout: string }) => error,
  );
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly {
      readonly severity: string;
      readonly location: { readonly path: string };
    }[];
  };
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return new Set(errors.map(({ location }) => location.path));
}

/** Every folder of src/ that an import rule names, be it where it holds or what it forbids. */
async function foldersInRules(): Promise<readonly string[]> {
  const { overrides } = await readConfiguration();
  const text = JSON.stringify(overrides);
  const names = [...text.matchAll(/"(?:src|\*\*)\/([a-z-]+)\/\*\*"/g)].map(
    ([, name]) => name ?? "",
  );
  return [...new Set(names)].filter((name) => name !== "functions").sort();
}

async function readConfiguration(): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile("biome.json", "utf8"));
}
