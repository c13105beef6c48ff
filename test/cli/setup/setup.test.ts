import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createCa } from "../../../src/local/sample-pki.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runInProcess } from "../run-in-process.ts";
import { startCloud } from "../support.ts";

const profile = "docs/guide/sensor.yaml";

async function start() {
  const folder = temporaryFolder();
  const cloud = await startCloud(join(folder, "state"));
  for (const name of ["acme", "bolt"]) {
    writeFileSync(join(folder, `${name}.pem`), (await createCa({ name: `${name} CA` })).pem);
  }
  const file = (name: string) => join(folder, name);
  const run = (...words: string[]) =>
    runInProcess([...words, "--state", cloud.state], { XDG_CONFIG_HOME: file("config") });
  return { cloud, file, run, setup: (...flags: string[]) => run("setup", ...flags) };
}

const statuses = (stdout: string) =>
  (JSON.parse(stdout) as { steps: { what: string; status: string }[] }).steps.map(
    ({ what, status }) => `${what} ${status}`,
  );

describe("muster setup, where nobody can be asked", () => {
  test("makes what is missing from flags, all or nothing; again it changes nothing", async () => {
    const { cloud, file, run, setup } = await start();
    expect(await setup()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Missing: --manufacturer, --ca, --profile."),
    });
    expect(JSON.parse((await setup("--json", "--manufacturer", "acme")).stdout)).toMatchObject({
      error: { code: "USAGE_INVALID", details: { missing: ["--ca", "--profile"] } },
    });
    const words = ["--manufacturer", "acme", "--ca", file("acme.pem"), "--profile"];
    expect(await setup(...words, file("none"))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(file("none")),
    });
    expect(JSON.parse((await run("manufacturer", "list", "--json")).stdout)).toEqual({
      manufacturers: [],
    });

    const first = await setup(...words, profile, "--yes");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("Next: a token for acme");
    const settings = file("config/muster/config.json");
    expect(statSync(settings).mode & 0o777).toBe(0o600);
    const { url, tokens } = JSON.parse(readFileSync(settings, "utf8"));
    expect(url).toBe(cloud.endpoints.api);
    expect(first.stdout).not.toContain(tokens[url]);
    const headers = { authorization: `Bearer ${tokens[url]}` };
    const answer = await fetch(`${url}/v1/manufacturers`, { headers });
    expect(await answer.json()).toMatchObject({ manufacturers: [{ id: "acme" }] });

    const unchanged = ["manufacturer there", "ca there", "profile there", "token there"];
    expect(statuses((await setup(...words, profile, "--json")).stdout)).toEqual(unchanged);
    expect(statuses((await setup("--json")).stdout)).toEqual(unchanged);
    expect(JSON.parse(readFileSync(settings, "utf8")).tokens).toEqual(tokens);

    // A token that no longer stands is replaced, and a second manufacturer needs a CA of its own.
    for (const { id } of JSON.parse((await run("token", "list", "--json")).stdout).tokens) {
      await run("token", "revoke", id);
    }
    const bolt = ["--manufacturer", "bolt", "--manufacturer-name", "Bolt", "--json"];
    expect(statuses((await setup(...bolt, "--ca", file("bolt.pem"))).stdout)).toEqual([
      "manufacturer made",
      "ca made",
      "profile there",
      "token made",
    ]);
    expect(statuses((await setup(...bolt, "--no-token")).stdout)).toEqual(unchanged.slice(0, 3));
  });

  test("of a stage that was not deployed from here asks where its API is", async () => {
    const { code, stderr } = await runInProcess(["setup", "--stage", "nowhere"]);
    expect(code).toBe(1);
    expect(stderr).toContain("--url");
  });

  test("keeps no token for an API that is not encrypted", async () => {
    const words = ["setup", "--stage", "nowhere", "--url", "http://api.example.com"];
    const { code, stderr } = await runInProcess(words);
    expect(code).toBe(1);
    expect(stderr).toContain("not encrypted");
  });
});
