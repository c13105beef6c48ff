import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCa, issueLeaf, type Leaf } from "../../src/local/sample-pki.ts";
import { hasCommand } from "../support/has-command.ts";

/** What a user does: the local cloud in one terminal, the command line in another, stock clients. */
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "muster-e2e-"));
const at = (name: string) => join(folder, name);
const muster = async (...words: readonly string[]) => {
  const { stdout } = await run("node", [
    "bin/muster.js",
    "--state",
    at("state"),
    "--json",
    ...words,
  ]);
  return JSON.parse(stdout);
};

interface Setup {
  readonly cloud: ReturnType<typeof spawn>;
  readonly port: number;
  readonly serverName: string;
  readonly serverCa: string;
  readonly issue: (name: string) => Promise<Leaf>;
}

let setup: Setup;
beforeAll(async () => {
  setup = await start();
}, 60_000);
afterAll(async () => {
  setup.cloud.kill("SIGTERM");
  await once(setup.cloud, "exit");
  rmSync(folder, { recursive: true });
});

async function start(): Promise<Setup> {
  const ports = ["--mqtt-port", "0", "--iot-port", "0", "--dynamodb-port", "0", "--api-port", "0"];
  const cloud = spawn(
    "node",
    ["bin/muster.js", "--state", at("state"), "--json", "local", ...ports],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  for await (const chunk of cloud.stdout) {
    text += chunk;
    if (text.trimEnd().endsWith("}")) break;
  }
  const { mqtt: listener, serverCa } = JSON.parse(text);
  const ca = await createCa({ name: "Acme Device CA" });
  writeFileSync(at("ca.pem"), ca.pem);
  writeFileSync(
    at("sensor.yaml"),
    'name: sensor\nthing: { name: "${cn}" }\npolicy: { publish: ["dt/${thingName}/*"] }\n',
  );
  await muster("manufacturer", "add", "acme");
  await muster("ca", "register", at("ca.pem"), "--manufacturer", "acme");
  await muster("profile", "apply", at("sensor.yaml"));
  const issue = async (name: string): Promise<Leaf> => {
    const leaf = await issueLeaf(ca, { subject: `CN=${name}`, key: "rsa-2048" });
    writeFileSync(at(`${name}.pem`), leaf.pem);
    writeFileSync(at(`${name}.key`), leaf.privateKeyPem);
    await muster(
      "ledger",
      "import",
      at(`${name}.pem`),
      "--manufacturer",
      "acme",
      "--profile",
      "sensor",
    );
    return leaf;
  };
  return { cloud, port: listener.port, serverName: listener.serverName, serverCa, issue };
}

/** Asks again until the answer is yes, for ten seconds. */
async function eventually(ask: () => Promise<boolean>): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await ask()) return true;
    await sleep(250);
  }
  return false;
}

describe.skipIf(!hasCommand("mosquitto_pub"))("mosquitto_pub", () => {
  const publish = async (name: string, topic = `dt/${name}/t`): Promise<boolean> => {
    const { port, serverName, serverCa } = setup;
    const words = ["-h", serverName, "-p", String(port), "--cafile", serverCa];
    const identity = ["--cert", at(`${name}.pem`), "--key", at(`${name}.key`), "-i", name];
    return run("mosquitto_pub", [
      ...words,
      ...identity,
      "-q",
      "1",
      "-t",
      topic,
      "-m",
      "hello",
    ]).then(
      () => true,
      () => false,
    );
  };

  test("fails at its first connect, succeeds at a later one, and nothing but Muster acted", async () => {
    await setup.issue("mosquitto-1");
    expect(await publish("mosquitto-1")).toBe(false);
    expect(await eventually(() => publish("mosquitto-1"))).toBe(true);
    expect(await publish("mosquitto-1", "dt/another/t")).toBe(false);
  });
});

describe("mqtt.js", () => {
  const connect = async ({ pem, privateKeyPem }: Leaf, clientId: string): Promise<boolean> => {
    const client = mqtt.connect({
      protocol: "mqtts",
      protocolVersion: 4,
      host: "127.0.0.1",
      port: setup.port,
      servername: setup.serverName,
      ca: readFileSync(setup.serverCa),
      cert: pem,
      key: privateKeyPem,
      clientId,
      reconnectPeriod: 0,
    });
    client.on("error", () => {});
    const accepted = await new Promise<boolean>((resolve) => {
      client.on("connect", () => resolve(true));
      client.on("close", () => resolve(false));
    });
    await client.endAsync(true);
    return accepted;
  };

  test("fails at its first connect, succeeds at a later one, and nothing but Muster acted", async () => {
    const leaf = await setup.issue("mqttjs-1");
    expect(await connect(leaf, "mqttjs-1")).toBe(false);
    expect(await eventually(() => connect(leaf, "mqttjs-1"))).toBe(true);
    expect(await connect(leaf, "not-its-thing")).toBe(false);
    const { records } = await muster("audit", "show", leaf.certificateId);
    expect(records.map(({ action }: { action: string }) => action)).toEqual(["admitted"]);
    expect(await muster("audit", "verify")).toMatchObject({ broken: [] });
  });
});
