import { describe, expect, test } from "vitest";
import { readPackaged, readSources } from "./read-packaged.ts";
import { readZip } from "./read-zip.ts";

const packaged = await readPackaged();
const sources = await readSources();

/** In kB, zipped: what a deployment uploads, and a cold start loads. */
const most: Readonly<Record<string, number>> = {
  api: 900,
  authorize: 110,
  heal: 210,
  ingest: 850,
  onboard: 210,
  publish: 210,
};

/** What lies beside a bundle and is not JavaScript. */
const modules = /^libarchive\.wasm$/;

test("there is a zip for each function, of a size that is bounded", () => {
  expect(Object.keys(packaged.zips).toSorted()).toEqual(Object.keys(most).toSorted());
});

describe.for(Object.entries(packaged.zips))("%s.zip", ([name, zip]) => {
  const files = readZip(zip);
  const folder = `.build/functions/${name}/`;
  const text = (file: string) => files.get(folder + file)?.toString("utf8") ?? "";

  test("holds the bundle, the licences and what the bundle reads, nothing else", () => {
    const names = [...files.keys()].map((each) => each.replace(folder, ""));
    const others = names.filter((each) => !modules.test(each));
    expect(others).toEqual(["LICENSES.txt", "index.mjs"]);
    expect(zip.length / 1_000).toBeLessThan(most[name] ?? 0);
  });

  test("names the licence of each package that it holds something of", () => {
    const packages = (sources[name] ?? []).flatMap(
      (path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    const licences = text("LICENSES.txt");
    expect(packages.length).toBeGreaterThan(0);
    for (const each of new Set(packages)) expect(licences).toContain(`\n${each} `.trimStart());
    const named = [...licences.matchAll(/^\S+ \d+\.\d+\.\d+\S* \((.+)\)$/gm)].map(([, id]) => id);
    for (const id of named) expect(id).toMatch(/^(Apache-2\.0|MIT|ISC|BSD-[23]-Clause|0BSD)\b/);
  });

  test("holds no test, no development tool, no source map, no secret and no path of this machine", () => {
    const foreign = (sources[name] ?? []).filter((path) =>
      /^(test|bench|events|src\/cli)\//.test(path),
    );
    expect(foreign).toEqual([]);
    const bundle = text("index.mjs");
    expect(bundle).not.toContain("sourceMappingURL");
    expect(bundle).not.toContain(process.cwd());
    for (const each of [bundle, text("LICENSES.txt")]) {
      expect(each).not.toMatch(/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}/);
      expect(each).not.toMatch(/\bA(?:KIA|SIA)[0-9A-Z]{16}\b/);
    }
  });
});
