import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { hasCommand } from "../../support/has-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { allowEverything, type Issued, issue, startTestListener } from "./support.ts";

const run = promisify(execFile);

interface Case {
  readonly tls: "TLSv1.2" | "TLSv1.3";
  readonly key: "ec" | "rsa";
}

const cases: readonly Case[] = [
  { tls: "TLSv1.2", key: "rsa" },
  { tls: "TLSv1.3", key: "ec" },
];

async function setup(tls: Case["tls"]) {
  const started = await startTestListener({ maxTlsVersion: tls });
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const caFile = write("server-ca.pem", started.target.caPem);
  const optionsOf = (device: Issued, clientId: string): readonly string[] =>
    `-h localhost -p ${started.target.port} --cafile ${caFile} -i ${clientId} -q 1`
      .split(" ")
      .concat("--cert", write(`${clientId}.pem`, device.pem))
      .concat("--key", write(`${clientId}.key`, device.keyPem));
  return { ...started, optionsOf };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("no output");
  const [chunk] = await once(stdout, "data");
  return String(chunk).trim();
}

const missing = ["mosquitto_pub", "mosquitto_sub"].filter((name) => !hasCommand(name));

describe.skipIf(missing.length > 0)("mosquitto's command-line clients", () => {
  test.for(cases)("fail at the first connect over $tls and succeed later", async ({ tls, key }) => {
    const { registry, optionsOf, attempts } = await setup(tls);
    const ca = await issue("CN=Acme device CA", { key });
    registry.addCa(ca);
    const device = await issue("CN=d1", { issuer: ca, key });
    const publish = () => run("mosquitto_pub", [...optionsOf(device, "d1"), "-t", "t", "-m", "hi"]);

    await expect(publish()).rejects.toMatchObject({ code: 7 }); // the connection was lost
    registry.setPolicies(device.certificateId, allowEverything);
    registry.setStatus(device.certificateId, "ACTIVE");
    await publish();

    expect(attempts).toMatchObject([
      { outcome: "REGISTERED", tlsVersion: tls, serverName: "localhost" },
      { outcome: "ACCEPTED", tlsVersion: tls, clientId: "d1" },
      { outcome: "CLIENT_DISCONNECTED", tlsVersion: tls, clientId: "d1" },
    ]);
  });

  test("reach each other", async () => {
    const { addDevice, optionsOf, publish, outcomes } = await setup("TLSv1.3");
    const device = await addDevice("d1", "rsa");
    const subscribing = run("mosquitto_sub", [...optionsOf(device, "sub"), "-t", "dt/#", "-v"]);
    subscribing.catch(() => {}); // it is killed in the end
    const subscriber = subscribing.child;
    onTestFinished(() => {
      subscriber.kill();
    });
    const line = firstLine(subscriber);
    await expect.poll(outcomes).toEqual(["ACCEPTED"]);
    // It subscribes only after CONNACK: a message from the cloud tells when.
    const ready = setInterval(() => publish("dt/ready", "yes"), 20);
    expect(await line).toMatch(/^dt\/ready yes/);
    clearInterval(ready);

    const heard = new Promise<void>((resolve) => {
      subscriber.stdout?.on("data", (chunk) => String(chunk).includes("dt/d1 hello") && resolve());
    });
    await run("mosquitto_pub", [...optionsOf(device, "pub"), "-t", "dt/d1", "-m", "hello"]);
    await heard;
  });
});
