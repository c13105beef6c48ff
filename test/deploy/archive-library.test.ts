import { execFile } from "node:child_process";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildFunctions, bundleFunction } from "../../scripts/build.ts";

let folder = "";
let names: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "muster-archive-library-"));
  names = (await buildFunctions(folder)).map(({ name }) => name);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("libarchive", () => {
  test("lies beside the bundle of the function that reads archives, and of no other", async () => {
    const there = await Promise.all(
      names.map(async (name) => {
        const module = join(folder, name, "libarchive.wasm");
        return access(module).then(
          () => [name],
          () => [],
        );
      }),
    );
    expect(there.flat()).toEqual(["ingest"]);
    const notices = await readFile(join(folder, "ingest/LICENSES.txt"), "utf8");
    expect(notices).toContain("libarchive-wasm 1.2.0 (MIT)");
    expect(notices).toContain("Tim Kientzle");
  });

  test("is found there by what is bundled, away from any packages", async () => {
    const reader = join(folder, "ingest/reader.mjs");
    await bundleFunction("src/formats/archive/read-seven-zip.ts", reader);
    const fixture = fileURLToPath(
      new URL("../formats/archive/fixtures/infineon.7z", import.meta.url),
    );
    const script = `
      import { readFile } from "node:fs/promises";
      const { readSevenZip } = await import(${JSON.stringify(pathToFileURL(reader))});
      const names = [];
      for await (const { name } of readSevenZip(await readFile(${JSON.stringify(fixture)}), "x")) names.push(name);
      console.log(names.length);`;
    const args = ["--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    expect(stdout.trim()).toBe("5");
  });
});
