import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectDevice } from "../../src/cli/demo/device.ts";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runInProcess } from "./run-in-process.ts";
import { muster, type Run, startCloud } from "./support.ts";

const profile = `
name: sensor
thing: { name: "\${cn}" }
policy: { publish: ["devices/\${thingName}/telemetry"] }
`;

/** Everything of AWS's that could lead a command away from this machine. */
async function setTraps(folder: string) {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  server.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = join(folder, "config");
  writeFileSync(config, `[profile trap]\nregion = eu-west-1\nendpoint_url = ${url}\n`);
  const env = {
    AWS_PROFILE: "trap",
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: config,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_IOT: url,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ACCESS_KEY_ID: "AKIATRAP",
    AWS_SECRET_ACCESS_KEY: "trap",
    AWS_USE_FIPS_ENDPOINT: "true",
    HTTP_PROXY: url,
    http_proxy: url,
  };
  return { env, requests: () => requests };
}

async function setup() {
  const folder = temporaryFolder();
  const traps = await setTraps(folder);
  // Devices here come back sooner than AWS lets them.
  const cloud = await startCloud(join(folder, "state"), traps.env, ["--quota-scale", "0"]);
  const run = (...args: string[]): Promise<Run> =>
    runInProcess([...args, "--state", cloud.state], { ...traps.env, MUSTER_OPERATOR: "ann" });
  const runJson = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await run(...args, "--json")).stdout);
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { folder, traps, cloud, run, runJson, write };
}

describe("the command line, from first manufacturer to audit", () => {
  test("a device that waited for its entry is let in, held, released, and on record", async () => {
    const { folder, traps, cloud, run, runJson, write } = await setup();
    const ca = await createCa({ name: "Acme Device CA" });
    const leaf = await issueLeaf(ca, { subject: "CN=sensor-1" });
    const stranger = await issueLeaf(await createCa({ name: "Other CA" }), { subject: "CN=x" });
    const caFile = write("ca.pem", ca.pem);
    const device = { thingName: "sensor-1", tlsVersion: "TLSv1.3", certificate: leaf } as const;
    const serverCaPem = readFileSync(cloud.endpoints.serverCa, "utf8");
    const connect = async () => {
      const seen = await connectDevice(device, { mqtt: cloud.endpoints.mqtt, serverCaPem });
      if (seen.result === "accepted") await seen.session.close();
      return seen.result;
    };

    await run("manufacturer", "add", "acme", "--name", "Acme");
    expect(await runJson("ca", "register", caFile, "--manufacturer", "acme")).toMatchObject({
      caCertificateId: ca.certificateId,
      mode: "SNI_ONLY",
    });
    expect(await runJson("ca", "list")).toMatchObject({ cas: [{ status: "ACTIVE" }] });
    expect(await runJson("profile", "apply", write("sensor.yaml", profile))).toMatchObject({
      version: 1,
    });
    const shown = await run("profile", "show", "sensor");
    const again = await runJson("profile", "apply", write("shown.yaml", shown.stdout));
    expect(again).toMatchObject({ version: 1 });

    expect(await connect()).toBe("refused");
    await expect
      .poll(() => runJson("cert", "show", leaf.certificateId), { timeout: 20_000 })
      .toMatchObject({ state: { status: "quarantined" } });
    const batch = join(folder, "batch");
    mkdirSync(batch);
    const leafFile = write("batch/SN-0001.pem", leaf.pem);
    write("batch/stranger.pem", stranger.pem);
    write("batch/README", "about the batch");
    const target = ["--manufacturer", "acme", "--profile", "sensor"];
    const imported = await run("ledger", "import", batch, ...target, "--json");
    expect(imported.code).toBe(3);
    expect(JSON.parse(imported.stdout)).toMatchObject({
      added: 1,
      refused: [{ source: "stranger.pem", record: 1, code: "ISSUER_NOT_TRUSTED" }],
      ignoredFiles: ["README"],
      healed: { admitted: 1 },
    });
    expect(await connect()).toBe("accepted");
    expect(await runJson("cert", "show", leafFile)).toMatchObject({
      certificateId: leaf.certificateId,
      state: { status: "admitted", thingName: "sensor-1" },
      entries: [{ manufacturer: "acme", deviceId: "SN-0001" }],
    });

    const held = await run("cert", "hold", leafFile, "--reason", "returned");
    expect(held.stdout).toContain("HELD");
    expect(await connect()).toBe("refused");
    const why = await run("cert", "show", leaf.certificateId.toUpperCase());
    expect(why.stdout).toContain("An operator keeps this certificate out.");
    expect(why.stdout).toContain("operator:ann");
    await run("cert", "release", leafFile, "--reason", "repaired");
    expect(await connect()).toBe("accepted");
    const revoked = await runJson("ledger", "revoke", leafFile, "--reason", "stolen");
    expect(revoked).toMatchObject({ standing: { status: "rejected" } });
    expect(await connect()).toBe("refused");

    const { records } = (await runJson("audit", "show", leafFile)) as {
      records: { action: string; actor: string }[];
    };
    expect(records.map(({ action, actor }) => `${action} ${actor}`)).toEqual([
      "quarantined muster:onboard",
      ...["admitted", "held", "quarantined", "released", "admitted", "revoked", "rejected"].map(
        (action) => `${action} operator:ann`,
      ),
    ]);
    const { events } = (await runJson("events", "show", leafFile)) as {
      events: { "detail-type": string; detail: { sequence: number; stage: string } }[];
    };
    expect(events.map((event) => [event["detail-type"], event.detail.sequence])).toEqual([
      ["quarantined", 1],
      ["admitted", 2],
      ["quarantined", 4],
      ["admitted", 6],
      ["revoked", 7],
      ["rejected", 8],
    ]);
    expect(await runJson("audit", "verify")).toMatchObject({ whole: true, broken: [] });
    expect(traps.requests()).toBe(0);
  });
});

describe("before a device arrives", () => {
  test("an operator's word stands, and the list tells which are out", async () => {
    const { cloud, run, runJson, write } = await setup();
    const ca = await createCa({ name: "Acme Device CA" });
    const expired = await issueLeaf(ca, { subject: "CN=x", notAfter: new Date("2024-01-01") });
    const leaf = await issueLeaf(ca, { subject: "CN=sensor-1" });
    const other = await issueLeaf(ca, { subject: "CN=sensor-2" });
    const caFile = write("ca.pem", ca.pem);
    await run("manufacturer", "add", "acme");
    await run("ca", "register", caFile, "--manufacturer", "acme");

    const old = await run("cert", "show", write("expired.pem", expired.pem));
    expect(old.stderr).toContain("it expired at 2024-01-01");
    expect((await run("cert", "show", caFile)).stderr).toContain("it is a CA");
    const { certificateId } = leaf;
    const short = await run("cert", "show", certificateId.slice(0, 12));
    expect(short).toMatchObject({ code: 2 });
    expect(short.stderr).toContain("Give all 64 hex digits");
    const blank = await run("cert", "hold", certificateId, "--reason", " ");
    expect(blank.stderr).toContain("error USAGE_INVALID");

    expect(await runJson("cert", "list")).toEqual({ certificates: [], more: false });
    const held = await run("cert", "hold", certificateId, "--reason", "stolen in transport");
    expect(held).toMatchObject({ code: 0 });
    expect(held.stdout).toContain("The device has not connected yet.");
    const revoked = await run("ledger", "revoke", expired.certificateId, "--reason", "broken");
    expect(revoked).toMatchObject({ code: 0 });

    const serverCaPem = readFileSync(cloud.endpoints.serverCa, "utf8");
    for (const certificate of [leaf, other]) {
      const thingName = certificate === leaf ? "sensor-1" : "sensor-2";
      const device = { thingName, tlsVersion: "TLSv1.3", certificate } as const;
      await connectDevice(device, { mqtt: cloud.endpoints.mqtt, serverCaPem });
    }
    await expect
      .poll(() => runJson("cert", "list"), { timeout: 10_000 })
      .toMatchObject({
        certificates: [{ status: "quarantined" }, { status: "quarantined" }],
        more: false,
      });
    const table = (await run("cert", "list")).stdout;
    expect(table).toContain(certificateId);
    expect(table).toContain(other.certificateId);
    const first = await runJson("cert", "list", "--limit", "1");
    expect(first).toMatchObject({ certificates: [{ status: "quarantined" }], more: true });
    const shown = await run("cert", "show", certificateId);
    expect(shown.stdout).toContain("out, until an operator releases it");

    const nothing = await run("cert", "release", other.certificateId, "--reason", "none");
    expect(nothing.stdout).toContain("Nothing was held or revoked");
    await run("cert", "release", certificateId, "--reason", "found");
    const { state } = (await runJson("cert", "show", certificateId)) as {
      readonly state: { readonly findings: readonly { readonly code: string }[] };
    };
    expect(state.findings.map(({ code }) => code)).toEqual(["NOT_IN_LEDGER"]);
  });
});

describe("what is amiss is said", () => {
  test("by an import of which nothing landed, and a manufacturer that is suspended", async () => {
    const { folder, run, write } = await setup();
    const ca = await createCa({ name: "Acme Device CA" });
    const leaf = await issueLeaf(ca, { subject: "CN=sensor-1" });
    const caFile = write("ca.pem", ca.pem);
    const leafFile = write("leaf.pem", leaf.pem);
    const target = ["--manufacturer", "acme", "--profile", "sensor"];
    await run("manufacturer", "add", "acme");
    const broken = await run("profile", "apply", write("broken.yaml", "name: [\n"));
    expect(broken.stderr).toContain(`error PROFILE_INVALID: ${join(folder, "broken.yaml")}: `);
    await run("profile", "apply", write("sensor.yaml", profile));

    const refused = await run("manufacturer", "add", "globex", "--issuer", leafFile);
    expect(refused.stderr).toContain(
      `error CA_INVALID: ${leafFile} has to hold CA certificates only; CN=sensor-1 is none.`,
    );
    const key = await run("ledger", "import", write("x.key", leaf.privateKeyPem), ...target);
    expect(key).toMatchObject({ code: 1 });
    expect(key.stdout).toContain("PRIVATE_KEY_REFUSED");
    mkdirSync(join(folder, "batch", "older"), { recursive: true });
    const none = await run("ledger", "import", join(folder, "batch"), ...target);
    expect(none).toMatchObject({ code: 1, stdout: "" });
    expect(none.stderr).toContain("Not read: older/.");

    await run("manufacturer", "add", "acme", "--issuer", caFile);
    await run("manufacturer", "suspend", "acme");
    const suspended = await run("ledger", "import", leafFile, ...target);
    expect(suspended).toMatchObject({ code: 0 });
    expect(suspended.stdout).toContain("acme is suspended: its devices stay out");
  });

  test("by audit show of a chain that was altered, which it prints all the same", async () => {
    const { cloud, run } = await setup();
    await run("manufacturer", "add", "acme");
    await run("manufacturer", "suspend", "acme");
    const { dynamodb, region, auditTable } = cloud.endpoints;
    const client = new DynamoDBClient({
      endpoint: dynamodb,
      region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { Items: [item] = [] } = await client.send(
      new ScanCommand({ TableName: auditTable, Limit: 1 }),
    );
    const { pk, sk } = item ?? {};
    if (!pk || !sk) throw new Error("there is no audit record");
    await client.send(new DeleteItemCommand({ TableName: auditTable, Key: { pk, sk } }));
    client.destroy();

    const shown = await run("audit", "show", "MANUFACTURER#acme");
    expect(shown).toMatchObject({ code: 1 });
    expect(shown.stdout).toContain("suspended by operator:ann");
    expect(shown.stderr).toContain("error AUDIT_BROKEN");
    const json = await run("audit", "show", "MANUFACTURER#acme", "--json");
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ whole: false, records: [{}] });
  });
});

test("help explains a command of a command", async () => {
  const [asked, flag] = await Promise.all([
    muster(["help", "cert", "hold"]),
    muster(["cert", "hold", "--help"]),
  ]);
  expect(asked).toEqual(flag);
  expect(asked.stdout).toMatch(/^Usage: muster cert hold /);
});

describe("--stage", () => {
  test("reaches a deployment through the SDK's environment, and takes the account off its table", async () => {
    const { cloud, write } = await setup();
    const aws = {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL_IOT: cloud.endpoints.iot,
      AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
      AWS_ACCESS_KEY_ID: "any",
      AWS_SECRET_ACCESS_KEY: "any",
    };
    const file = write("sensor.yaml", profile);
    const applied = await muster(["profile", "apply", file, "--stage", "local", "--json"], aws);
    const { policyName } = JSON.parse(applied.stdout) as { readonly policyName: string };
    const policy = await fetch(`${cloud.endpoints.iot}/policies/${policyName}`);
    expect(await policy.text()).toContain(":000000000000:client/");

    const unknown = await muster(["profile", "apply", file, "--stage", "none"], aws);
    expect(unknown.stderr).toContain("error STAGE_UNKNOWN: There is no table muster-none-ledger");
    const listed = await muster(["ca", "list", "--stage", "none"], aws);
    expect(listed.stderr).toContain("error STAGE_UNKNOWN");
    const nobody = { AWS_REGION: "eu-west-1", AWS_EC2_METADATA_DISABLED: "true", HOME: "/none" };
    const unsigned = await muster(["ca", "list", "--stage", "local"], nobody);
    expect(unsigned.stderr).toContain("error CONFIGURATION_INVALID: There are no AWS credentials");
  });
});

describe("what goes wrong", () => {
  const cases = [
    { name: "no such command", args: ["frobnicate"], code: 2, error: "USAGE_INVALID" },
    { name: "a missing argument", args: ["cert", "show"], code: 2, error: "USAGE_INVALID" },
    {
      name: "a missing option",
      args: ["cert", "hold", "x"],
      code: 2,
      error: "USAGE_INVALID",
    },
    {
      name: "no such file",
      args: ["profile", "apply", "/none.yaml"],
      code: 1,
      error: "FILE_UNREADABLE",
    },
    {
      name: "a subject of no kind",
      args: ["audit", "show", "nonsense"],
      code: 2,
      error: "USAGE_INVALID",
    },
    {
      name: "events of nothing in particular",
      args: ["events", "send", "--stage", "prod"],
      code: 2,
      error: "USAGE_INVALID",
    },
    {
      name: "events from no moment",
      args: ["events", "send", "--from", "yesterday", "--stage", "prod"],
      code: 2,
      error: "USAGE_INVALID",
    },
    {
      name: "events for a bus that the local cloud has not",
      args: ["events", "send", "--subject", "BATCH#one"],
      code: 1,
      error: "CONFIGURATION_INVALID",
    },
    { name: "no local cloud", args: ["ca", "list"], code: 1, error: "LOCAL_CLOUD_NOT_RUNNING" },
    {
      name: "a stage without a region",
      args: ["ca", "list", "--stage", "prod"],
      code: 1,
      error: "CONFIGURATION_INVALID",
    },
    {
      name: "a port that is none",
      args: ["local", "--mqtt-port", "99999"],
      code: 2,
      error: "USAGE_INVALID",
    },
  ];

  test.for(cases)("$name: exit code $code and $error", async ({ args, code, error }) => {
    const state = join(temporaryFolder(), "none");
    const run = await runInProcess([...args, "--state", state]);
    const json = await runInProcess([...args, "--state", state, "--json"]);
    expect(run).toMatchObject({ code, stdout: "" });
    expect(run.stderr).toMatch(error === "USAGE_INVALID" ? /^error/ : `error ${error}: `);
    expect(json).toMatchObject({ code, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: error } });
  });

  test("endpoints that lead off this machine are refused before anything is sent", async () => {
    const state = temporaryFolder();
    const endpoints = {
      version: 1,
      pid: process.pid,
      startedAt: "2026-01-01T00:00:00Z",
      accountId: "000000000000",
      region: "local-1",
      ledgerTable: "ledger",
      auditTable: "audit",
      iot: "https://iot.eu-west-1.amazonaws.com",
      dynamodb: "http://127.0.0.1:1",
      inspect: "http://127.0.0.1:1",
      api: "http://127.0.0.1:1",
      mqtt: { host: "127.0.0.1", port: 1, serverName: "localhost" },
      serverCa: "ca.pem",
    };
    writeFileSync(join(state, "endpoints.json"), JSON.stringify(endpoints));
    const refused = await runInProcess(["ca", "list", "--state", state]);
    expect(refused.stderr).toContain("error ENDPOINT_NOT_LOCAL");
    writeFileSync(join(state, "endpoints.json"), "{}");
    const damaged = await runInProcess(["ca", "list", "--state", state]);
    expect(damaged.stderr).toContain(`error STATE_DAMAGED: ${join(state, "endpoints.json")}`);
  });

  test("a Node that is too old is told so", async () => {
    const asNode20 =
      'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.1.0"}})';
    const { code, stderr } = await muster(["--help"], {}, ["--import", asNode20]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error PLATFORM_UNSUPPORTED: Muster needs Node 24 or later/);
  });
});
