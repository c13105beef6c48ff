import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import mqtt from "mqtt";
import { describe, expect, test } from "vitest";
import { createCa } from "../../../src/local/sample-pki.ts";
import type { LocalStatus } from "../../../src/local/status/local-status.ts";
import { hasCommand } from "../../support/has-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runInProcess } from "../run-in-process.ts";
import { type RunningCloud, startCloud } from "../support.ts";

async function readStatus(state: string): Promise<LocalStatus> {
  const { stdout } = await runInProcess(["local", "status", "--json", "--state", state]);
  return JSON.parse(stdout) as LocalStatus;
}

/** Without a certificate, which is refused at CONNECT. */
async function connect({ endpoints }: RunningCloud, clientId: string): Promise<void> {
  const client = mqtt.connect({
    protocol: "mqtts",
    protocolVersion: 4,
    host: "127.0.0.1",
    port: endpoints.mqtt.port,
    servername: endpoints.mqtt.serverName,
    rejectUnauthorized: false,
    clientId,
    reconnectPeriod: 0,
  });
  client.on("error", () => {});
  await new Promise<void>((resolve) => {
    client.once("close", resolve);
  });
  await client.endAsync(true);
}

describe("muster local status", () => {
  test("shows what there is, and says what is missing as long as it is", async () => {
    const cloud = await startCloud(temporaryFolder());
    const { state, endpoints } = cloud;
    const before = await readStatus(state);
    expect(before).toMatchObject({
      pid: endpoints.pid,
      endpoints: { api: endpoints.api, iot: endpoints.iot, mqtt: endpoints.mqtt },
      stateFolder: state,
      quotas: { scale: 1, throttled: {} },
      propagationDelaySeconds: 0,
      caCertificates: [],
      queue: { waiting: 0, inWork: 0, dead: 0, deadLetters: [] },
      ingest: { waiting: 0, delayed: 0, inWork: 0, dead: 0, deadLetters: [] },
      connections: [],
      attempts: [],
    });
    expect(before.hints.map(({ code }) => code)).toEqual(["NO_CA_REGISTERED"]);
    expect(before.files.map(({ name }) => name)).toContain("iot-core.sqlite");

    const ca = await createCa({ name: "Acme Device CA" });
    writeFileSync(join(state, "ca.pem"), ca.pem);
    await runInProcess(["manufacturer", "add", "acme", "--state", state]);
    const words = ["ca", "register", join(state, "ca.pem"), "--manufacturer", "acme"];
    await runInProcess([...words, "--state", state]);
    await connect(cloud, "sensor-1");
    const after = await readStatus(state);
    expect(after.hints).toEqual([]);
    expect(after.caCertificates).toMatchObject([
      { subject: "CN=Acme Device CA", status: "ACTIVE", autoRegistrationStatus: "ENABLE" },
    ]);
    expect(after.attempts).toMatchObject([
      { clientId: "sensor-1", outcome: "CERTIFICATE_MISSING", chain: [] },
    ]);
    const { stdout } = await runInProcess(["local", "status", "--state", state]);
    expect(stdout).toContain("CN=Acme Device CA");
    expect(stdout).toContain("CERTIFICATE_MISSING");
  });

  test("says how it was asked to be", async () => {
    const words = [
      "--quota-scale",
      "2.5",
      "--propagation-delay",
      "60",
      "--max-tls",
      "1.2",
      "--quiet",
    ];
    const cloud = await startCloud(temporaryFolder(), {}, words);
    expect(await readStatus(cloud.state)).toMatchObject({
      quotas: { scale: 2.5 },
      propagationDelaySeconds: 60,
    });
    await connect(cloud, "sensor-1");
    cloud.child.kill("SIGTERM");
    const { stdout } = await cloud.finished;
    expect(stdout).toContain("AWS's quotas times 2.5, changes reach connections after 60 s");
    expect(stdout).not.toContain("CERTIFICATE_MISSING");
    const log = await runInProcess(["local", "log", "--json", "--state", cloud.state]);
    expect(JSON.parse(log.stdout)).toMatchObject({ clientId: "sensor-1", tlsVersion: "TLSv1.2" });

    const reset = await runInProcess(["local", "reset", "--json", "--state", cloud.state]);
    expect(JSON.parse(reset.stdout)).toMatchObject({
      removed: expect.arrayContaining(["connections.ndjson"]),
    });
    expect(existsSync(join(cloud.state, "connections.ndjson"))).toBe(false);
  });

  test.for(["status", "env"])("without a local cloud %s says how to start one", async (command) => {
    const state = temporaryFolder();
    const { code, stderr } = await runInProcess(["local", command, "--state", state]);
    expect(code).toBe(1);
    expect(stderr).toContain("error LOCAL_CLOUD_NOT_RUNNING");
    expect(stderr).toContain(`npm start -- --state ${state}`);
  });

  test("env is what a shell takes", async () => {
    const { state, endpoints } = await startCloud(temporaryFolder());
    const { stdout } = await runInProcess(["local", "env", "--state", state]);
    expect(stdout.trimEnd().split("\n")).toEqual([
      `export AWS_ENDPOINT_URL=${endpoints.inspect}`,
      `export AWS_ENDPOINT_URL_IOT=${endpoints.iot}`,
      `export AWS_ENDPOINT_URL_IOT_DATA_PLANE=${endpoints.iot}`,
      `export AWS_ENDPOINT_URL_DYNAMODB=${endpoints.dynamodb}`,
      `export AWS_REGION=${endpoints.region}`,
      `export AWS_DEFAULT_REGION=${endpoints.region}`,
      "export AWS_ACCESS_KEY_ID=local",
      "export AWS_SECRET_ACCESS_KEY=local",
      `export MUSTER_URL=${endpoints.api}`,
      expect.stringMatching(/^unset .*AWS_PROFILE/),
    ]);
  });

  test.for([
    ["without a local cloud", []],
    ["with a wrong option", ["--no-such-option"]],
  ] as const)("env %s leads the shell that takes it nowhere, and fails", async ([, words]) => {
    const { stdout, code } = await runInProcess([
      "local",
      "env",
      "--state",
      temporaryFolder(),
      ...words,
    ]);
    expect(code).not.toBe(0);
    const script = `eval "$1" && echo went on; echo "$AWS_ENDPOINT_URL $AWS_ENDPOINT_URL_IOT $AWS_ACCESS_KEY_ID [$AWS_PROFILE]"`;
    const shell = spawnSync("sh", ["-c", script, "sh", stdout], {
      env: { AWS_PROFILE: "mine", AWS_ACCESS_KEY_ID: "mine", AWS_ENDPOINT_URL_IOT: "https://mine" },
      encoding: "utf8",
    });
    expect(shell.stdout).toBe("http://127.0.0.1:9 http://127.0.0.1:9 local []\n");
    expect(spawnSync("sh", ["-ec", 'eval "$1"; true', "sh", stdout]).status).toBe(1);
  });

  test.skipIf(!hasCommand("aws"))(
    "in the shell of env a service that is not here says so",
    { timeout: 60_000 },
    async () => {
      const { state } = await startCloud(temporaryFolder());
      const { stdout } = await runInProcess(["local", "env", "--state", state]);
      const { PATH = "", HOME = "" } = process.env;
      for (const words of ["sts get-caller-identity", "sqs list-queues", "s3 ls"]) {
        const script = `eval "$1"; exec aws ${words}`;
        const shell = spawnSync("sh", ["-c", script, "sh", stdout], {
          env: { PATH, HOME },
          encoding: "utf8",
        });
        expect(shell.stderr).toContain("The local cloud has no service");
      }
    },
  );
});

test("an unknown subcommand is refused with the nearest", async () => {
  const { code, stderr } = await runInProcess(["local", "staus"]);
  expect(code).toBe(2);
  expect(stderr).toContain("error: unknown command 'staus'\n(Did you mean status?)");
});

test("options of what starts the local cloud are refused elsewhere", async () => {
  const { code, stderr } = await runInProcess(["local", "status", "--quota-scale", "2"]);
  expect(code).toBe(2);
  expect(stderr).toContain("muster local status has no option '--quota-scale'");
});

test.for([
  [["--quota-scale", "-1"], "Use a number from 0 to 1000"],
  [["--quota-scale", "many"], "Use a number from 0 to 1000"],
  [["--propagation-delay", "3601"], "Use a number from 0 to 3600"],
  [["--max-tls", "1.1"], "Allowed choices are 1.2, 1.3."],
  [["--verbose", "--quiet"], "cannot be used with"],
] as const)("muster local %j is refused", async ([words, reason]) => {
  const { code, stderr } = await runInProcess(["local", "--state", temporaryFolder(), ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(reason);
});
