import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runInProcess } from "../run-in-process.ts";

function setup() {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  return { file, run: (...args: string[]) => runInProcess(args) };
}

describe("muster sample and muster manifest inspect", () => {
  test("make a manifest, and see what is wrong with it", async () => {
    const { file, run } = setup();
    const path = file("batch.csv");
    const defects = "excel-id,duplicate-leaf,is-ca";
    const made = await run("sample", "csv", "--count", "9", "--defect", defects, "--out", path);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(/✓ CSV with a header: 9 records/);

    const seen = await run("manifest", "inspect", path);
    expect(seen).toMatchObject({ code: 3, stderr: "" });
    for (const text of [
      /^! .*batch\.csv$/m,
      /^ {2}devices +7$/m,
      /^ {2}problems +2$/m,
      /^ {2}record 3 {2}DEVICE_ID_DAMAGED in device_id$/m,
      /^ {2}record 5 {2}CERTIFICATE_TWICE$/m,
      /^ {2}CERTIFICATE_IS_CA × 1$/m,
      /^ {4}Export the ids as text/m,
    ]) {
      expect(seen.stdout).toMatch(text);
    }
    const lines = seen.stdout.split("\n").filter((line) => !line.includes(path));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);

    const data = await run("manifest", "inspect", path, "--json");
    expect(data.code).toBe(3);
    expect(JSON.parse(data.stdout)).toMatchObject({
      format: "csv",
      records: 9,
      devices: 7,
      problems: [
        { record: 3, code: "DEVICE_ID_DAMAGED", field: "device_id" },
        { record: 7, code: "CERTIFICATE_IS_CA", field: "certificate" },
      ],
      warnings: [{ record: 5, code: "CERTIFICATE_TWICE" }],
      firstRecords: [{ record: 1, deviceId: "sensor-0000001" }, {}, {}],
    });
  });

  test("check the signatures of a signed one where the signer is given", async () => {
    const { file, run } = setup();
    const path = file("m.json");
    await run("sample", "microchip", "--count", "3", "--defect", "bad-signature", "--out", path);
    const unchecked = await run("manifest", "inspect", path);
    expect(unchecked.code).toBe(0);
    expect(unchecked.stdout).toMatch(/SIGNATURE_NOT_CHECKED × 3/);
    const signer = ["--signer", file("m-signer.pem")];
    const checked = await run("manifest", "inspect", path, ...signer);
    expect(checked.code).toBe(3);
    expect(checked.stdout).toMatch(/ENTRY_SIGNATURE_INVALID/);
    const stranger = await run("manifest", "inspect", path, "--signer", file("m-cas.pem"));
    expect(stranger.code).toBe(1);
    expect(stranger.stderr).toMatch(/m-cas\.pem has to hold one certificate/);
  });

  test("take columns as they are told", async () => {
    const { file, run } = setup();
    const path = file("batch.csv");
    await run("sample", "csv", "--count", "2", "--out", path);
    const text = readFileSync(path, "utf8").replace("device_id,certificate", "Nr,Zert");
    writeFileSync(path, text);
    const refused = await run("manifest", "inspect", path);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/MAPPING_INVALID.*has a certificate in the column "Zert"/);
    const told = await run("manifest", "inspect", path, "--map", "Zert=cert", "--map", "Nr=id");
    expect(told).toMatchObject({ code: 0, stderr: "" });
    const wrong = await run("manifest", "inspect", path, "--map", "Zert=certificate");
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
  });

  test("write keys for their owner alone, and over nothing that is there", async () => {
    const { file, run } = setup();
    const args = ["sample", "pem", "--count", "3", "--keys", "1", "--out", file("b.pem")];
    expect((await run(...args)).code).toBe(0);
    const key = file("b-devices/sensor-0000001.key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(existsSync(file("b-devices/sensor-0000002.key"))).toBe(false);
    const again = await run(...args);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/FILE_UNWRITABLE.*b\.pem: it is there already; --force/);
    expect((await run(...args, "--force")).code).toBe(0);
  });

  test.for([
    ["a format that is none", ["sample", "xlsx"]],
    ["a defect that is none", ["sample", "csv", "--defect", "ugly"]],
    ["a defect that the format cannot have", ["sample", "pem", "--defect", "excel-id"]],
    ["more devices than the format takes", ["sample", "der", "--count", "2"]],
    ["more defects than records", ["sample", "csv", "--count", "1", "--defect", "expired"]],
  ] as const)("refuse %s", async ([, args]) => {
    const { file, run } = setup();
    const { code, stdout } = await run(...args, "--out", file("x"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(file("x"))).toBe(false);
  });

  test("refuse a file with a private key, and a folder", async () => {
    const { file, run } = setup();
    const path = file("b.pem");
    await run("sample", "pem", "--defect", "private-key", "--out", path);
    const { code, stdout, stderr } = await run("manifest", "inspect", path);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/PRIVATE_KEY_REFUSED/);
    const folder = await run("manifest", "inspect", file("."));
    expect(folder.stderr).toMatch(/FILE_UNREADABLE.*it is a folder/);
  });
});
