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

const base = ["rules", "formats"];
const features = ["onboarding", "batches", "access", "diagnosis"];
const edges = ["aws", "api", "lambda", "local"];

/** What a folder may import of Muster, beside itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  rules: [],
  formats: ["rules"],
  onboarding: base,
  batches: base,
  access: base,
  aws: [...base, ...features],
  api: [...base, ...features, "lambda"],
  lambda: [...base, ...features, "api"],
  local: [...base, ...features, "iot-core"],
  "iot-core": [],
  wiring: [...base, ...features, ...edges],
  cli: [...base, ...features, "api", "lambda", "local", "wiring"],
};

const stillToCome = ["console", "diagnosis"];
const folders = await readdir("src");

const matrix = folders.flatMap((folder) =>
  [...folders, ...stillToCome, "functions"]
    .filter((other) => other !== folder)
    .flatMap((other) => {
      const verdict = mayImport[folder]?.includes(other) ? "allowed" : "refused";
      return [
        ...imports(`src/${folder}`, verdict, `../${other}/x.ts`),
        ...imports(`src/${folder}/deep`, verdict, `../../${other}/deep/x.ts`),
      ];
    }),
);

const cases: readonly Case[] = [
  ...matrix,
  ...folders
    .filter((folder) => folder !== "aws")
    .flatMap((folder) => imports(`src/${folder}`, "refused", ...onlyAws)),
  ...imports("src/aws", "allowed", ...onlyAws),
  ...imports("functions", "allowed", "../src/wiring/x.ts", "@middy/core"),
  ...imports("functions", "refused", "../src/iot-core/x.ts", "../src/aws/x.ts", ...onlyAws),

  ...imports("src/rules", "allowed", "node:crypto", "zod/mini", "./errors.ts"),
  ...imports("src/rules/deep", "allowed", "../errors.ts"),
  ...imports("src/rules", "refused", "node:fs", "zod", "mqtt"),
  ["src/rules", "export const at = Date.now();", "refused"],
  ["src/rules", "export const at = new Date();", "refused"],
  ["src/rules", "export const at = performance.now();", "refused"],
  ["src/rules", "export const one = Math.random();", "refused"],
  ["src/rules", "export const toDate = (at: string) => new Date(at);", "allowed"],

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
    const named = await foldersInRules();
    expect(named.filter((folder) => !folders.includes(folder))).toEqual(stillToCome);
  });

  test("and leaves no folder of src/ out", () => {
    expect(Object.keys(mayImport).toSorted()).toEqual(folders.toSorted());
  });
});

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
