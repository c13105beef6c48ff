import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createCa, issueLeaf, type KeyKind } from "../../src/local/sample-pki.ts";
import type { Dial } from "./clients/stock-client.ts";
import { createStockClients } from "./clients/stock-clients.ts";

/** All of Muster: what is in the ledger is let in, and nobody but Muster does anything for it. */
interface Fleet {
  readonly close: () => Promise<void>;
  readonly dialOf: (name: string) => Dial;
  readonly certificateIdOf: (name: string) => string;
}

const clients = Object.entries(createStockClients(inject("tools"))).map(([kind, client], index) => {
  const name = `sensor-${kind.toLowerCase()}`;
  const key: KeyKind = index % 2 === 0 ? "rsa-2048" : "ec-p256";
  return { name, client, key, kind: `${client.name}, MQTT ${client.mqtt}` };
});
const folder = mkdtempSync(join(tmpdir(), "muster-interop-"));
const at = (name: string) => join(folder, name);

async function muster(...words: readonly string[]) {
  const main = ["bin/muster.js", "--state", at("state"), "--json"];
  const { stdout } = await promisify(execFile)("node", [...main, ...words]);
  return JSON.parse(stdout);
}

/** A manufacturer's week: CA, certificates, and the list of what left the factory. */
async function setUp(): Promise<Fleet> {
  const { cloud, port, serverCa } = await startLocalCloud();
  const ca = await createCa({ name: "Acme Device CA" });
  const certificateIds = new Map<string, string>();
  mkdirSync(at("made"));
  for (const { name, key } of clients) {
    const leaf = await issueLeaf(ca, { subject: `CN=${name}`, key });
    writeFileSync(at(`made/${name}.pem`), leaf.pem);
    writeFileSync(at(`${name}.key`), leaf.privateKeyPem);
    certificateIds.set(name, leaf.certificateId);
  }
  writeFileSync(at("ca.pem"), ca.pem);
  writeFileSync(
    at("sensor.yaml"),
    'name: sensor\nthing: { name: "${cn}" }\npolicy: { publish: ["dt/${thingName}/*"] }\n',
  );
  await muster("manufacturer", "add", "acme");
  await muster("ca", "register", at("ca.pem"), "--manufacturer", "acme");
  await muster("profile", "apply", at("sensor.yaml"));
  await muster("ledger", "import", at("made"), "--manufacturer", "acme", "--profile", "sensor");
  return {
    close: async () => {
      cloud.kill("SIGTERM");
      await once(cloud, "exit");
      rmSync(folder, { recursive: true });
    },
    dialOf: (clientId) => ({
      clientId,
      port,
      serverCa,
      certificate: at(`made/${clientId}.pem`),
      key: at(`${clientId}.key`),
      encoding: "PEM",
      tls: clientId.endsWith("mbedtls") ? "TLSv1.2" : "TLSv1.3",
    }),
    certificateIdOf: (name) => certificateIds.get(name) ?? "",
  };
}

async function startLocalCloud() {
  const ports = ["--mqtt-port", "0", "--iot-port", "0", "--dynamodb-port", "0", "--api-port", "0"];
  const words = ["bin/muster.js", "--state", at("state"), "--json", "local", ...ports];
  const cloud = spawn("node", words, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of cloud.stdout) {
    text += String(chunk);
    if (text.trimEnd().endsWith("}")) break;
  }
  const { mqtt, serverCa } = JSON.parse(text);
  return { cloud, port: mqtt.port as number, serverCa: serverCa as string };
}

let fleet: Fleet;
beforeAll(async () => {
  fleet = await setUp();
});
afterAll(() => fleet.close());

describe("through the whole local cloud, a device that is in the ledger goes from first connect to admitted", () => {
  test.concurrent.for(clients)("$kind, $key", async ({ name, client }, { skip }) => {
    if (client.missing !== undefined) skip(client.missing);
    const dial = fleet.dialOf(name);
    // AWS IoT closes every first connect.
    expect(await client.persist(dial)).toBeGreaterThan(1);
    const { records } = await muster("audit", "show", fleet.certificateIdOf(name));
    expect(records.map(({ action }: { action: string }) => action)).toEqual(["admitted"]);
  });
});
