import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { findFreePort } from "../../src/local/ports.ts";
import { startDynoxide } from "../../src/local/start-dynoxide.ts";
import type { LocalStatus } from "../../src/local/status/local-status.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { failToStart, muster, processesOf, type RunningCloud, startCloud } from "./support.ts";

async function stop({ child, finished }: RunningCloud): Promise<void> {
  child.kill("SIGTERM");
  await finished;
}

describe("muster local", () => {
  test("an interrupt stops everything it started, and nothing is lost", async () => {
    const state = temporaryFolder();
    const first = await startCloud(state);
    await muster(["manufacturer", "add", "acme", "--state", state]);
    first.child.kill("SIGINT");
    const { code, stdout } = await first.finished;
    expect({ code, processes: processesOf(state) }).toEqual({ code: 0, processes: [] });
    expect(stdout).toContain("mosquitto_pub");

    const second = await startCloud(state);
    const { stdout: list } = await muster(["manufacturer", "list", "--json", "--state", state]);
    expect(JSON.parse(list)).toMatchObject({ manufacturers: [{ id: "acme" }] });
    expect(second.endpoints.serverCa).toBe(first.endpoints.serverCa);
    second.child.kill("SIGTERM");
    expect((await second.finished).code).toBe(0);
  });

  test("after a kill no process stays, commands say so, and the next start works", async () => {
    const state = temporaryFolder();
    const first = await startCloud(state);
    await muster(["manufacturer", "add", "acme", "--state", state]);
    first.child.kill("SIGKILL");
    await first.finished;
    for (let tries = 0; processesOf(state).length > 0 && tries < 100; tries += 1) await wait(20);
    expect(processesOf(state)).toEqual([]);
    const refused = await muster(["ca", "list", "--state", state]);
    expect(refused.stderr).toContain("error LOCAL_CLOUD_NOT_RUNNING");
    expect(refused.stderr).toContain(`npm start -- --state ${state}`);

    await startCloud(state);
    const { stdout } = await muster(["audit", "verify", "--json", "--state", state]);
    expect(JSON.parse(stdout)).toMatchObject({ whole: true, chains: 1 });
  });

  test("devices that come while it starts stand below what says that it is up", async () => {
    const port = await findFreePort();
    const dialling = setInterval(() => {
      const socket = connect({ port, servername: "localhost", rejectUnauthorized: false });
      socket.on("error", () => {}).once("secureConnect", () => socket.destroy());
    }, 50);
    onTestFinished(() => clearInterval(dialling));
    const words = ["--mqtt-port", String(port)];
    const { child, finished } = await startCloud(temporaryFolder(), {}, words);
    child.kill("SIGTERM");
    const { stdout } = await finished;
    const [head = "", lines = ""] = stdout.split("  Connections:\n");
    expect(head).toContain("local cloud is up");
    // Which of them depends on how fast the client is gone.
    const outcome = /TLS_FAILED|CLOSED_BEFORE_CONNECT/;
    expect(head).not.toMatch(outcome);
    expect(lines).toMatch(outcome);
  });

  test("goes on for devices when whoever read its output is gone", async () => {
    const { child, finished, endpoints } = await startCloud(temporaryFolder());
    child.stdout?.destroy();
    child.stderr?.destroy();
    const { port, serverName } = endpoints.mqtt;
    const countAttempts = async () => {
      const response = await fetch(`${endpoints.inspect}/status`);
      return ((await response.json()) as LocalStatus).attempts.length;
    };
    for (let tries = 1; tries <= 3; tries += 1) {
      const socket = connect({ port, servername: serverName, rejectUnauthorized: false });
      socket.on("error", () => {}).once("secureConnect", () => socket.destroy());
      await expect.poll(countAttempts, { timeout: 10_000 }).toBe(tries);
    }
    child.kill("SIGTERM");
    expect((await finished).code).toBe(0);
  });

  test.for(["queue.sqlite", "ingest.sqlite", "iot-core.sqlite"])(
    "a %s that cannot be opened is told of without advice to throw it away",
    async (name) => {
      const state = temporaryFolder();
      mkdirSync(join(state, name));
      const { code, stderr } = await failToStart(state);
      expect(code).toBe(1);
      expect(stderr).toContain(`error LOCAL_CLOUD_FAILED: ${state} cannot be read or written: `);
      expect(stderr).not.toContain("reset");
    },
  );

  test("a second one on the same folder is refused, as is a reset", async () => {
    const { state } = await startCloud(temporaryFolder());
    const second = await failToStart(state);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.stderr).toContain(
      `error STATE_IN_USE: Another local cloud is running in ${state}`,
    );
    const reset = await muster(["local", "reset", "--state", state]);
    expect(reset.stderr).toContain("error STATE_IN_USE");
  });

  test.for(["queue.sqlite", "ingest.sqlite", "iot-core.sqlite", "dynamodb.sqlite"])(
    "a damaged %s is named with the remedy, which works",
    async (name) => {
      const state = temporaryFolder();
      writeFileSync(join(state, name), "this is no database, whatever it is");
      const { code, stderr } = await failToStart(state);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error STATE_DAMAGED: /);
      expect(stderr).toContain(join(state, name));
      expect(stderr).toContain(`npm run muster -- local reset --state ${state}`);
      await muster(["local", "reset", "--state", state]);
      await startCloud(state);
    },
  );

  test.for(["server-key.pem", "server-certificate.pem", "server-ca.pem"])(
    "a damaged %s is made anew, with what goes with it",
    async (name) => {
      const state = temporaryFolder();
      await stop(await startCloud(state));
      const file = join(state, name);
      writeFileSync(file, "-----BEGIN");
      await stop(await startCloud(state));
      expect(readFileSync(file, "utf8")).toMatch(/^-----BEGIN [A-Z ]+-----\n/);
    },
  );

  test("a reset of what is no folder says so", async () => {
    const file = join(temporaryFolder(), "state");
    writeFileSync(file, "");
    const { code, stderr } = await muster(["local", "reset", "--state", file]);
    expect(code).toBe(1);
    expect(stderr).toContain(`error FILE_UNREADABLE: ${file} is a file, not a folder.`);
  });

  test.for([
    ["--mqtt-port", "devices (MQTT)"],
    ["--iot-port", "the IoT API"],
    ["--dynamodb-port", "the database"],
    ["--api-port", "the HTTP API"],
  ] as const)("a taken port is named with its purpose and %s", async ([flag, purpose]) => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const free = ["--mqtt-port", "--iot-port", "--dynamodb-port", "--api-port"].flatMap((name) =>
      name === flag ? [] : [name, "0"],
    );
    const args = ["local", "--state", temporaryFolder(), ...free, flag, String(port)];
    const { code, stderr } = await muster(args);
    expect(code).toBe(1);
    expect(stderr).toContain(`error PORT_IN_USE: Port ${port} for ${purpose} is taken.`);
    expect(stderr).toContain(flag);
  });

  test.for([
    ["--mqtt-port", "--iot-port"],
    ["--mqtt-port", "--dynamodb-port"],
    ["--iot-port", "--dynamodb-port"],
    ["--dynamodb-port", "--api-port"],
  ] as const)("one port for %s and %s is refused", async ([one, other]) => {
    const ports = [one, "28883", other, "28883"];
    const { code, stderr } = await muster(["local", "--state", temporaryFolder(), ...ports]);
    expect(code).toBe(1);
    expect(stderr).toContain(`error CONFIGURATION_INVALID: ${one} and ${other} are both 28883.`);
  });

  test("another DynamoDB on this machine serves as well, one elsewhere is refused", async () => {
    const folder = temporaryFolder();
    const database = await startDynoxide({
      port: 0,
      databaseFile: join(folder, "other.sqlite"),
      onExit: () => {},
    });
    onTestFinished(database.close);
    const { endpoints } = await startCloud(folder, { MUSTER_DYNAMODB_ENDPOINT: database.url });
    expect(endpoints.dynamodb).toBe(database.url);

    const elsewhere = { MUSTER_DYNAMODB_ENDPOINT: "https://dynamodb.us-east-1.amazonaws.com" };
    const { stderr } = await failToStart(temporaryFolder(), elsewhere);
    expect(stderr).toContain("error ENDPOINT_NOT_LOCAL");
  });

  test("ends with what is left when the database dies", async () => {
    const { finished, state } = await startCloud(temporaryFolder());
    const [database] = processesOf(join(state, "dynamodb.sqlite"));
    process.kill(database?.pid ?? 0, "SIGKILL");
    const { code, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toContain("error LOCAL_CLOUD_FAILED: The database ended.");
    expect(processesOf(state)).toEqual([]);
  });
});
