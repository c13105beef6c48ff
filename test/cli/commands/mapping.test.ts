import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type CliWorld, createCliWorld } from "../api-world.ts";
import { runInProcess } from "../run-in-process.ts";

let world: CliWorld;
let acme: readonly string[];
let operator: readonly string[];
let auditor: readonly string[];
beforeAll(async () => {
  world = await createCliWorld();
  const signIn = async (...who: Parameters<CliWorld["tokenOf"]>) => {
    return ["--url", world.url, "--token", await world.tokenOf(...who)];
  };
  acme = await signIn("manufacturer", "acme");
  operator = await signIn("operator");
  auditor = await signIn("auditor");
});
afterAll(() => world?.close());

const run = (who: readonly string[], ...words: string[]) =>
  runInProcess(["mapping", ...who, ...words]);

describe("mapping", () => {
  test("is saved, shown, listed, used by a push, and removed", async () => {
    const columns = ["--map", "Zertifikat=cert", "--map", "Nr=id"];
    const saved = await run(acme, "save", "reel", ...columns);
    expect(saved).toMatchObject({ code: 0, stderr: "" });
    expect(saved.stdout).toMatch(
      /Mapping reel is saved\..*certificate +Zertifikat.*--mapping reel/s,
    );
    const changed = await run(acme, "save", "reel", "--map", "Zertifikat=cert", "--map", "SN=id");
    expect(changed.stdout).toMatch(/Mapping reel is changed\./);
    expect((await run(acme, "list")).stdout).toMatch(/reel +Zertifikat +SN/);
    const shown = JSON.parse((await run(acme, "show", "reel", "--json")).stdout);
    expect(shown).toMatchObject({ name: "reel", cert: "Zertifikat", id: "SN" });

    const { pem } = await world.device();
    const file = join(temporaryFolder(), "reel.csv");
    writeFileSync(file, `SN;Zertifikat\nS-1;"${pem}"\n`);
    const push = ["batch", "push", file, "--profile", "sensor", ...acme, "--json"];
    const pushed = await runInProcess([...push, "--mapping", "reel"]);
    expect(JSON.parse(pushed.stdout)).toMatchObject({
      status: "completed",
      mappingName: "reel",
      mapping: { cert: "Zertifikat", id: "SN" },
      counts: { added: 1 },
    });
    const both = await runInProcess([...push, "--mapping", "reel", "--map", "a=cert"]);
    expect(both).toMatchObject({ code: 2, stdout: expect.stringMatching(/not both/) });
    const unknown = await runInProcess([...push, "--mapping", "nothing"]);
    expect(unknown).toMatchObject({ code: 1, stdout: expect.stringMatching(/MAPPING_UNKNOWN/) });

    expect((await run(acme, "remove", "reel")).stdout).toMatch(/Mapping reel is gone/);
    expect((await run(acme, "show", "reel")).stderr).toMatch(/MAPPING_UNKNOWN/);
    expect((await run(acme, "list")).stdout).toMatch(/No mappings are saved/);
  });

  test("is an operator's to save for a manufacturer, and an auditor's to see", async () => {
    const whose = ["--manufacturer", "acme"];
    expect(await run(operator, "save", "board", "--map", "c=cert", ...whose)).toMatchObject({
      code: 0,
    });
    expect((await run(auditor, "list", ...whose)).stdout).toMatch(/board/);
    const refused = await run(auditor, "remove", "board", ...whose);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/ROLE_NOT_ALLOWED/) });
    await world.operator.manufacturers.add("rival", "Rival");
    const asked = await run(operator, "list");
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringMatching(/Whose mappings/) });
    const foreign = await run(acme, "list", "--manufacturer", "rival");
    expect(foreign.stderr).toMatch(/MANUFACTURER_UNKNOWN/);
  });
});
