import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { type CliWorld, createCliWorld } from "../api-world.ts";
import { runInProcess } from "../run-in-process.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world.close());

const run = (...args: readonly string[]) => runInProcess(["--state", world.state, ...args]);

async function runJson(...args: readonly string[]) {
  const { stdout, stderr } = await run("--json", ...args);
  return JSON.parse(stdout === "" ? stderr : stdout);
}

function write(name: string, text: string): string {
  const file = join(world.folder, name);
  writeFileSync(file, text);
  return file;
}

describe("an issuer, on the command line", () => {
  test("is shared, taken by another, left, and one manufacturer's again", async () => {
    const ca = await createCa({ name: "Chip vendor CA" });
    const file = write("vendor-ca.pem", ca.pem);
    await run("manufacturer", "add", "first", "--issuer", file);
    const refused = await runJson("manufacturer", "add", "second", "--issuer", file);
    expect(refused.error).toMatchObject({ code: "CA_CONFLICT" });
    const shared = await run("manufacturer", "share", "first", file);
    expect(shared.stdout).toMatch(new RegExp(`${ca.certificateId}.*, shared`));
    expect(await runJson("manufacturer", "add", "second", "--issuer", file)).toMatchObject({
      issuers: [{ caCertificateId: ca.certificateId, shared: true }],
    });
    const early = await run("manufacturer", "unshare", "first", ca.certificateId);
    expect(early.code).toBe(1);
    expect(early.stderr).toMatch(/CA_CONFLICT.*second/s);
    expect(await runJson("manufacturer", "remove-issuer", "second", file)).toMatchObject({
      issuers: [],
    });
    expect(await runJson("manufacturer", "unshare", "first", file)).toMatchObject({
      issuers: [{ shared: false }],
    });
    const { records } = await runJson("audit", "show", "MANUFACTURER#first");
    expect(records.map(({ action }: { action: string }) => action)).toEqual([
      "added",
      "issuer-added",
      "issuer-shared",
      "issuer-unshared",
    ]);
  });
});

test("an issuer that a manufacturer does not have is not shared: it is to be added first", async () => {
  const ca = await createCa({ name: "Nobody's CA" });
  await run("manufacturer", "add", "third");
  const { code, stderr } = await run("manufacturer", "share", "third", write("no.pem", ca.pem));
  expect(code).toBe(1);
  expect(stderr).toContain("ISSUER_UNKNOWN");
  expect(stderr).toContain("npm run muster -- manufacturer add <id> --issuer <file>");
});

test("events of a subject that has none are no line, and people are told so", async () => {
  await run("manufacturer", "add", "quiet");
  const { code, stdout, stderr } = await run("events", "show", "MANUFACTURER#quiet");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("None of its 1 audit record becomes an event.");
});

describe("a file of issuers, on the command line", () => {
  const idsOf = ({ issuers }: { readonly issuers: { readonly caCertificateId: string }[] }) =>
    issuers.map(({ caCertificateId }) => caCertificateId);

  test("is taken whole, and left whole", async () => {
    const cas = [await createCa({ name: "Root CA" }), await createCa({ name: "Issuing CA" })];
    const file = write("cas.pem", cas.map(({ pem }) => pem).join(""));
    const added = await runJson("manufacturer", "add", "third", "--issuer", file);
    expect(idsOf(added)).toEqual(cas.map(({ certificateId }) => certificateId));
    const one = await runJson(
      "manufacturer",
      "remove-issuer",
      "third",
      cas[0]?.certificateId ?? "",
    );
    expect(idsOf(one)).toEqual([cas[1]?.certificateId]);
    expect(idsOf(await runJson("manufacturer", "remove-issuer", "third", file))).toEqual([]);
    const again = await runJson("manufacturer", "remove-issuer", "third", file);
    expect(again.error).toMatchObject({ code: "ISSUER_UNKNOWN" });
  });

  test("is counted right where one has to be chosen", async () => {
    const ca = await createCa({ name: "Root CA" });
    const file = write("cas.pem", ca.pem + (await createCa({ name: "Issuing CA" })).pem);
    const { stderr } = await run("ca", "register", file, "--manufacturer", "third");
    expect(stderr).toContain("cas.pem has to hold one certificate; it holds 2 of CAs.");
  });

  test("is refused whole when a device's certificate is in it, or one that cannot be read", async () => {
    const ca = await createCa({ name: "Root CA" });
    const leaf = await issueLeaf(ca, { subject: "CN=sensor-1" });
    const mixed = write("mixed.pem", ca.pem + leaf.pem);
    const refused = await runJson("manufacturer", "add", "fourth", "--issuer", mixed);
    expect(refused.error).toMatchObject({
      code: "CA_INVALID",
      message: `${mixed} has to hold CA certificates only; CN=sensor-1 is none.`,
    });
    const cut = write("cut.pem", ca.pem + ca.pem.replace(/\n.{20}/, "\n"));
    const unread = await runJson("manufacturer", "add", "fourth", "--issuer", cut);
    expect(unread.error.code).toBe("CERTIFICATE_UNREADABLE");
    expect(unread.error.message).toContain("cut.pem, certificate 2 cannot be read: ");
    expect((await runJson("manufacturer", "show", "fourth")).error).toMatchObject({
      code: "MANUFACTURER_UNKNOWN",
    });
  });
});

describe("a profile, on the command line", () => {
  const lamp = (thing: string, manufacturers = "") =>
    `name: lamp\nthing: { name: "${thing}" }\n${manufacturers}policy: { publish: ["dt/\${thingName}"] }\n`;

  test("is warned of when its things can have the names of another's", async () => {
    const file = write("lamp.yaml", lamp("${cn}"));
    const { stdout, code } = await run("profile", "apply", file);
    expect(code).toBe(0);
    expect(stdout).toContain('Profile "sensor" can give the same thing names (${cn})');
    const listed = write("listed.yaml", lamp("lamp-${cn}", "manufacturers: [acme]\n"));
    expect(await runJson("profile", "apply", listed)).toMatchObject({
      manufacturers: ["acme"],
      warnings: [expect.stringContaining("sensor")],
    });
  });
});

describe("an audit chain, on the command line", () => {
  test("of a token and of all is whole", async () => {
    const { token } = await runJson("token", "create", "--role", "auditor");
    expect(await runJson("audit", "verify", `TOKEN#${token.id}`)).toMatchObject({
      whole: true,
      chains: 1,
      records: 1,
    });
    expect(await runJson("audit", "verify")).toMatchObject({ whole: true, broken: [] });
  });
});

describe("a claim, on the command line", () => {
  test("is released with a reason, once", async () => {
    const leaf = await world.device();
    await world.land(leaf);
    const releasing = ["cert", "release-claim", leaf.certificateId, "--reason", "not theirs"];
    expect(await runJson(...releasing)).toMatchObject({ changed: true, standing: null });
    expect(await runJson("cert", "show", leaf.certificateId)).toMatchObject({
      error: { code: "CERTIFICATE_UNKNOWN" },
    });
    expect((await runJson(...releasing)).error).toMatchObject({ code: "CERTIFICATE_UNKNOWN" });
  });
});
