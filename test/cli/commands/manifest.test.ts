import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusedSamples } from "../../../src/formats/sample/refused-samples.ts";
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
    const defects = "excel-id:2,duplicate-leaf,is-ca,expired";
    const made = await run("sample", "csv", "--count", "12", "--defect", defects, "--out", path);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(/✓ CSV with a header: 12 records/);
    expect(made.stdout).toContain(`muster -- manifest inspect ${path}`);

    const seen = await run("manifest", "inspect", path);
    expect(seen).toMatchObject({ code: 3, stderr: "" });
    for (const text of [
      /^! .*batch\.csv: 8 of 12 records can be pushed$/m,
      /^ {2}devices +9$/m,
      /^ {2}problems +3 {2}DEVICE_ID_DAMAGED, CERTIFICATE_IS_CA$/m,
      /^ {2}refused +1 {2}CERTIFICATE_EXPIRED$/m,
      /^ {2}warnings +1 {2}CERTIFICATE_TWICE$/m,
      /^ {2}DEVICE_ID_DAMAGED {2}2 records: 3, 5$/m,
      /^ {4}Record 3, device_id: "1\.23E\+17" was a longer number once\.$/m,
      /^ {4}→ Export the ids as text/m,
      /^ {2}CERTIFICATE_TWICE {2}record 7$/m,
      /^ {2}CERTIFICATE_EXPIRED {2}record 11$/m,
    ]) {
      expect(seen.stdout).toMatch(text);
    }
    expect(seen.stdout).toContain(`batch push ${path} --profile <name> --dry-run`);
    const lines = seen.stdout.split("\n").filter((line) => !line.includes(path));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);

    const data = await run("manifest", "inspect", path, "--json");
    expect(data.code).toBe(3);
    expect(JSON.parse(data.stdout)).toMatchObject({
      format: "csv",
      records: 12,
      devices: 9,
      refused: 1,
      usable: 8,
      problems: [
        { record: 3, code: "DEVICE_ID_DAMAGED", field: "device_id" },
        { record: 5, code: "DEVICE_ID_DAMAGED", field: "device_id" },
        { record: 9, code: "CERTIFICATE_IS_CA", field: "certificate" },
      ],
      refusals: [{ record: 11, deviceId: "sensor-0000011", code: "CERTIFICATE_EXPIRED" }],
      warnings: [{ record: 7, code: "CERTIFICATE_TWICE" }],
      findings: [
        { kind: "problem", code: "DEVICE_ID_DAMAGED", count: 2, records: [3, 5] },
        { kind: "problem", code: "CERTIFICATE_IS_CA", remedy: expect.any(String) },
        { kind: "refusal", code: "CERTIFICATE_EXPIRED" },
        { kind: "warning", code: "CERTIFICATE_TWICE" },
      ],
      firstRecords: [{ record: 1, deviceId: "sensor-0000001" }, {}, {}],
    });
  });

  test("say of a file without usable devices that it has none", async () => {
    const { file, run } = setup();
    const expired = file("old.der");
    await run("sample", "der", "--defect", "expired", "--out", expired);
    const old = await run("manifest", "inspect", expired);
    expect(old.code).toBe(1);
    expect(old.stdout).toMatch(/^✗ .*old\.der: none of its devices would be taken$/m);
    expect(old.stdout).not.toMatch(/batch push/);
    const cas = await run("manifest", "inspect", file("old-cas.pem"));
    expect(cas.code).toBe(1);
    expect(cas.stdout).toMatch(/^✗ .*old-cas\.pem: 2 CAs, and no devices$/m);
    expect(cas.stdout).toMatch(/^CAs in the file\n {2}O=Sample Devices, CN=Sample Device CA 1$/m);
    expect(cas.stdout).toContain(`manufacturer add <id> --issuer ${file("old-cas.pem")}`);
  });

  test("list what can be wrong with a format, and make nothing", async () => {
    const { run } = setup();
    const listed = await run("sample", "espressif", "--defects", "--json");
    const { defects } = JSON.parse(listed.stdout);
    expect(defects).toContainEqual({
      name: "excel-id",
      of: "record",
      meaning: expect.any(String),
      code: "DEVICE_ID_DAMAGED",
    });
  });

  test.for(refusedSamples)("make $name, which is refused with $code", async ({ name, code }) => {
    const { file, run } = setup();
    const path = file("refused");
    const made = await run("sample", name, "--count", "1", "--out", path);
    expect(made.stdout).toContain(code);
    const seen = await run("manifest", "inspect", path);
    expect(seen).toMatchObject({ code: 1, stdout: "" });
    expect(seen.stderr).toContain(`error ${code}: `);
  });

  test("check the signatures of a signed one where the signer is given", async () => {
    const { file, run } = setup();
    const path = file("m.json");
    await run("sample", "microchip", "--count", "3", "--defect", "bad-signature", "--out", path);
    const unchecked = await run("manifest", "inspect", path);
    expect(unchecked.code).toBe(0);
    expect(unchecked.stdout).toMatch(/^! .*m\.json: 3 devices, signatures not checked$/m);
    expect(unchecked.stdout).toMatch(/^ {2}SIGNATURE_NOT_CHECKED {2}3 records: 1, 2, 3$/m);
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
