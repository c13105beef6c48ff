import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { writeZip } from "../../../src/formats/archive/write-zip.ts";
import { createCa, type Leaf } from "../../../src/local/sample-pki.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type CliWorld, createCliWorld } from "../api-world.ts";
import { runInProcess } from "../run-in-process.ts";
import { finish, spawnMuster } from "../support.ts";

let world: CliWorld;
let acme: readonly string[];
let operator: readonly string[];
beforeAll(async () => {
  world = await createCliWorld();
  acme = ["--url", world.url, "--token", await world.tokenOf("manufacturer", "acme")];
  operator = ["--url", world.url, "--token", await world.tokenOf("operator")];
});
afterAll(() => world?.close());

const toManifest = (leaves: readonly Leaf[]) => leaves.map(({ pem }) => pem).join("");
/** As long as makes twenty rows more than 4 MiB. */
const note = "x".repeat(220_000);
const broken = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n";

const privateKey = `-----BEGIN ${"PRIVATE KEY"}-----\nMAo=\n-----END ${"PRIVATE KEY"}-----\n`;
const keyInDer = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
  format: "der",
  type: "pkcs8",
});

function write(content: string | Buffer): string {
  const file = join(temporaryFolder(), "reel.pem");
  writeFileSync(file, content);
  return file;
}

function zip(files: Readonly<Record<string, string>>): Buffer {
  const specs = Object.entries(files).map(([name, content]) => ({ name, content }));
  return Buffer.concat([...writeZip(specs)]);
}

const sensor = ["--profile", "sensor"];
const push = (file: string, ...options: string[]) =>
  runInProcess(["batch", "push", file, ...sensor, ...acme, ...options]);
const batch = (...words: string[]) => runInProcess(["batch", ...words, ...acme]);
const toJson = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout);

describe("batch push", () => {
  test("lands a manifest, says so in a table, and exits with 0", async () => {
    const leaf = await world.device();
    const { code, stdout, stderr } = await push(write(leaf.pem));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(mask(stdout)).toMatchInlineSnapshot(`
      "✓ Batch <batch>: completed
        file          reel.pem, <size>, pem
        manufacturer  acme
        profile       sensor, version 1
        rows          1
        added         1
        refused       none
        took          0.0 s

      Next
        what becomes of it  npm run muster -- batch yield <batch>
      "
    `);
    expect((await world.operator.readRecord(leaf.certificateId)).entries).toMatchObject([
      { manufacturer: "acme" },
    ]);
  });

  test("shows the rows that were refused, and what to run next, and exits with 3", async () => {
    const leaves = [await world.device(), await world.device()];
    const { code, stdout } = await push(write(toManifest(leaves) + broken));
    expect(code).toBe(3);
    expect(mask(stdout)).toMatchInlineSnapshot(`
      "! Batch <batch>: completed
        file          reel.pem, <size>, pem
        manufacturer  acme
        profile       sensor, version 1
        rows          3
        added         2
        refused       1
        took          0.0 s

      Refused
      Record  Device  Code                    Why
      3               CERTIFICATE_UNREADABLE  The certificate cannot be read: certificate: it ends before its content does.

      What helps
        CERTIFICATE_UNREADABLE
          Give the certificate as PEM or DER, whole and unaltered.

      Next
        all that was refused  npm run muster -- batch errors <batch> --csv -o errors.csv
        what becomes of it    npm run muster -- batch yield <batch>
      "
    `);
  });

  test("names the codes that rows were warned of, and where they are said", async () => {
    const { pem } = await world.device();
    const { code, stdout } = await push(write(pem + pem));
    expect(code).toBe(0);
    expect(stdout).toMatch(/warnings +1 {2}CERTIFICATE_TWICE\n/);
    expect(stdout).toMatch(/what was warned of +npm run muster -- batch errors /);
  });

  test("of a file without a device's certificate says how to look into it", async () => {
    const ca = await createCa({ name: "Lone CA" });
    const { code, stdout } = await push(write(ca.pem));
    expect(code).toBe(1);
    expect(stdout).toMatch(/what is in the file +npm run muster -- manifest inspect /);
  });

  test("of nothing but refused rows exits with 1", async () => {
    const { code, stdout } = await push(write(broken), "--json");
    expect({ code, status: toJson({ stdout }).status }).toEqual({ code: 1, status: "completed" });
  });

  test("as JSON is the batch, and the first rows that were refused", async () => {
    const leaf = await world.device();
    const { code, stdout } = await push(write(leaf.pem + broken), "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      manufacturer: "acme",
      status: "completed",
      counts: { rows: 2, added: 1, refused: 1 },
      firstRefused: [{ record: 2, severity: "refused", code: "CERTIFICATE_UNREADABLE" }],
    });
  });

  test("again changes nothing; with the same key it is the same batch", async () => {
    const file = write((await world.device()).pem);
    const one = toJson(await push(file, "--json", "--idempotency-key", "reel-1"));
    const same = toJson(await push(file, "--json", "--idempotency-key", "reel-1"));
    const other = toJson(await push(file, "--json"));
    expect(same.id).toBe(one.id);
    expect(other).toMatchObject({ counts: { added: 0, known: 1, refused: 0 } });
  });

  test("as a dry run writes nothing and names the command that does", async () => {
    const leaf = await world.device();
    const { code, stdout } = await push(write(leaf.pem), "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain("nothing was written");
    expect(stdout).toContain("npm run muster -- batch push");
    expect((await world.operator.readRecord(leaf.certificateId)).entries).toEqual([]);
  });

  test("uploads what is too large to go with the request", async () => {
    const leaves = await Promise.all(Array.from({ length: 20 }, () => world.device()));
    const rows = leaves.map(({ der }) => `${Buffer.from(der).toString("base64")},${note}\n`);
    const file = write(`certificate,note\n${rows.join("")}`);
    const { code, stdout } = await push(file, "--json");
    expect({ code, counts: toJson({ stdout }).counts }).toMatchObject({
      code: 0,
      counts: { added: 20 },
    });
  });

  test("takes what the columns hold by --map", async () => {
    const leaf = await world.device();
    const file = write(`Nummer;Zertifikat\nSN-1;${Buffer.from(leaf.der).toString("base64")}\n`);
    const { code } = await push(file, "--map", "Zertifikat=cert", "--map", "Nummer=id");
    expect(code).toBe(0);
    expect((await world.operator.readRecord(leaf.certificateId)).entries).toMatchObject([
      { deviceId: "SN-1" },
    ]);
  });

  test("takes a ZIP, and says of a row in which file it is", async () => {
    const { pem } = await world.device();
    const file = write(zip({ "lot/SN-77.pem": pem, "lot/SN-78.pem": "hello" }));
    const { code, stdout } = await push(file);
    expect(code).toBe(3);
    expect(stdout).toContain("reel.pem, ");
    const [, id = ""] = /Batch (\S+):/.exec(stdout) ?? [];
    const errors = await batch("errors", id);
    expect(errors.stdout).toContain("ENTRY_UNREADABLE");
    expect(errors.stdout).toContain("lot/SN-78.pem: ");
    expect(toJson(await batch("errors", id, "--json")).rows).toMatchObject([
      { record: 2, entry: "lot/SN-78.pem", code: "ENTRY_UNREADABLE" },
    ]);
  });

  test("by an operator names the manufacturer", async () => {
    const file = write((await world.device()).pem);
    const words = ["batch", "push", file, ...sensor, ...operator, "--json"];
    const without = await runInProcess(words);
    expect({ code: without.code, error: toJson(without).error.code }).toEqual({
      code: 1,
      error: "REQUEST_INVALID",
    });
    expect(toJson(without).error.message).toContain("--manufacturer");
    const { code } = await runInProcess([...words, "--manufacturer", "acme"]);
    expect(code).toBe(0);
  });

  test("under a name that no profile can have says what a name is", async () => {
    const file = write((await world.device()).pem);
    const { stderr } = await runInProcess(["batch", "push", file, "--profile", "Sensor!", ...acme]);
    expect(stderr).toContain("1 to 63 lower-case letters, digits and hyphens.");
    expect(stderr).not.toContain("/^");
  });
});

describe("what cannot be pushed is told before anything is sent", () => {
  const cases: readonly (readonly [
    what: string,
    content: string | Buffer,
    options: string[],
    code: string,
  ])[] = [
    ["an empty file", "", [], "MANIFEST_UNREADABLE"],
    ["a mapping that is none", "x", ["--map", "x=y"], "USAGE_INVALID"],
    ["a column mapped twice", "x", ["--map", "x=id", "--map", "x=cert"], "USAGE_INVALID"],
    ["two columns of one field", "x", ["--map", "x=id", "--map", "y=id"], "USAGE_INVALID"],
    ["a private key", privateKey, [], "PRIVATE_KEY_REFUSED"],
    ["a private key in gzip", gzipSync(privateKey), [], "PRIVATE_KEY_REFUSED"],
    [
      "a private key in UTF-16",
      Buffer.from(`\uFEFF${privateKey}`, "utf16le"),
      [],
      "PRIVATE_KEY_REFUSED",
    ],
    ["a private key in DER", keyInDer, [], "PRIVATE_KEY_REFUSED"],
    ["a Java key store", Buffer.from("feedfeed0000000200", "hex"), [], "PRIVATE_KEY_REFUSED"],
    ["a private key in a ZIP", zip({ "a/key.pem": privateKey }), [], "PRIVATE_KEY_REFUSED"],
    ["a ZIP that is cut short", zip({ "a.pem": broken }).subarray(0, 60), [], "ARCHIVE_DAMAGED"],
    ["a data object that is none", "x", ["--data-object", "E0F0"], "USAGE_INVALID"],
    [
      "a data object of no bundle",
      zip({ "a.pem": broken }),
      ["--data-object", "E0E1"],
      "DATA_OBJECT_MISSING",
    ],
    ["gzip that is cut short", gzipSync(broken).subarray(0, 30), [], "MANIFEST_UNREADABLE"],
  ];
  test.for(cases)("%s", async ([, content, options, code]) => {
    const file = write(content);
    const nowhere = ["--url", "https://127.0.0.1:1", "--token", "x"];
    const refused = await runInProcess(["batch", "push", file, ...sensor, ...nowhere, ...options]);
    expect(refused.stderr).toContain(`error ${code}: `);
  });

  test("standard input, and a push without a profile", async () => {
    const stdin = await runInProcess(["batch", "push", "-", ...sensor, ...acme]);
    expect(stdin.stderr).toContain("error USAGE_INVALID: A manifest is not read from standard");
    const without = await runInProcess(["batch", "push", "x.pem", ...acme]);
    expect(without).toMatchObject({ code: 2 });
    expect(without.stderr).toContain("Give --profile <name>");
  });
});

test("Ctrl-C leaves a batch alone that was sent, and says how to follow it", async () => {
  world.queue.held = true;
  onTestFinished(() => {
    world.queue.held = false;
    world.queue.go();
  });
  const file = write((await world.device()).pem);
  const child = spawnMuster(["batch", "push", file, ...sensor, ...acme]);
  const finished = finish(child);
  const waiting = async () =>
    toJson(await batch("list", "--json")).batches.filter(
      ({ status }: { readonly status: string }) => status === "awaiting-upload",
    );
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(1);
  const [{ id }] = await waiting();
  // It knows of the batch when it asks how far it is.
  const path = `GET /v1/batches/${id}`;
  await expect.poll(() => world.asked, { timeout: 20_000 }).toContain(path);
  child.kill("SIGINT");
  expect(await finished).toEqual({
    code: 130,
    stdout: "",
    stderr: `Batch ${id} goes on. Follow it with: npm run muster -- batch show ${id} --follow\n`,
  });
  world.queue.held = false;
  world.queue.go();
  const { code, stdout } = await batch("show", id, "--follow", "--json");
  expect({ code, status: toJson({ stdout }).status }).toEqual({ code: 0, status: "completed" });
});

describe("the other batch commands", () => {
  test("tell of batches: list, show, yield", async () => {
    world.advance(1_000);
    const { id } = toJson(await push(write((await world.device()).pem), "--json"));
    const listed = toJson(await batch("list", "--json"));
    expect(listed.batches[0]).toMatchObject({ id, status: "completed" });
    expect((await batch("list")).stdout).toMatch(RegExp(`^${id}  acme  +sensor  +reel.pem`, "m"));
    expect((await batch("list", "--limit", "1")).stdout).toContain("There are more");
    const shown = await batch("show", id);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining("completed") });
    expect(toJson(await batch("yield", id, "--json"))).toMatchObject({ shipped: 1, neverSeen: 1 });
    expect((await batch("yield", id)).stdout).toMatch(/never seen +1 +100\.0 %/);
  });

  test("say how to begin where there is nothing yet", async () => {
    await world.operator.manufacturers.add("globex", "Globex");
    const token = await world.tokenOf("manufacturer", "globex");
    const { stdout } = await runInProcess(["batch", "list", "--url", world.url, "--token", token]);
    expect(stdout).toBe(
      "There are no batches yet. Push one with: npm run muster -- batch push <file> --profile <name>\n",
    );
  });

  test("give the rows as a table, as JSON, and the whole report as a file that is not overwritten", async () => {
    const leaf = await world.device();
    const { id } = toJson(await push(write(leaf.pem + broken + broken), "--json"));
    expect((await batch("errors", id)).stdout).toMatch(/^Record +Device +Code +Why\n2 /);
    expect(toJson(await batch("errors", id, "--json", "--limit", "1"))).toMatchObject({
      rows: [{ record: 2 }],
      more: true,
    });
    const out = join(temporaryFolder(), "errors.csv");
    const written = await batch("errors", id, "--csv", "-o", out, "--json");
    const report = readFileSync(out, "utf8");
    expect(toJson(written)).toEqual({ batch: id, format: "csv", file: out, bytes: report.length });
    expect(report.trimEnd().split("\n")).toHaveLength(3);
    const again = await batch("errors", id, "--csv", "-o", out);
    expect(again.stderr).toContain("error FILE_UNWRITABLE: ");
    const contrary = await batch("errors", id, "--out", out);
    expect(contrary).toMatchObject({ code: 2 });
  });

  test("recall a batch, and only the operator takes it back", async () => {
    const { id } = toJson(await push(write((await world.device()).pem), "--json"));
    const blank = await batch("recall", id, "--reason", " ");
    expect(blank).toMatchObject({ code: 2 });
    const recalled = await batch("recall", id, "--reason", "keys leaked", "--json");
    expect(toJson(recalled)).toMatchObject({ id, status: "recalled" });
    const refused = await batch("release", id, "--reason", "no", "--json");
    expect({ code: refused.code, error: toJson(refused).error }).toMatchObject({
      code: 1,
      error: { code: "ROLE_NOT_ALLOWED", details: { status: 403, requestId: expect.any(String) } },
    });
    const released = ["batch", "release", id, "--reason", "false alarm", ...operator, "--json"];
    expect(toJson(await runInProcess(released))).toMatchObject({ status: "completed" });
  });

  test("say of a batch that is not there what the API says, and what helps", async () => {
    const { code, stderr } = await batch("show", "none");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error BATCH_UNKNOWN: .+\nCheck the id, or list your batches\.\n$/);
  });
});

/** What differs from run to run. */
function mask(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<batch>")
    .replaceAll(/\S+\/reel\.pem/g, "<folder>/reel.pem")
    .replaceAll(/[\d.]+ k?B(?=,| )/g, "<size>")
    .replaceAll(/\d+ bytes/g, "<size>");
}
