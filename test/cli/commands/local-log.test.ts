import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openConnectionLog } from "../../../src/local/connection-log.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import type { ConnectionReport } from "../../../src/local/start-stand-in.ts";
import { createReport } from "../../support/create-report.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { runInProcess } from "../run-in-process.ts";
import { finish, spawnMuster } from "../support.ts";

const idOf = (byte: string) => byte.repeat(32);
const chainOf = (byte: string) => [{ certificateId: idOf(byte), subject: `CN=${byte}` }];

const reports: readonly Partial<ConnectionReport>[] = [
  { clientId: "one", outcome: "REGISTERED", chain: chainOf("a1") },
  { clientId: "one", outcome: "PENDING_ACTIVATION", chain: chainOf("a1") },
  { clientId: "two", outcome: "ACCEPTED", chain: chainOf("b2") },
  { clientId: "one", outcome: "PENDING_ACTIVATION", chain: chainOf("a1") },
  { clientId: "one", outcome: "ACCEPTED", chain: chainOf("a1") },
];

function setup(given = reports) {
  const state = temporaryFolder();
  const log = openConnectionLog({ stateFolder: state });
  onTestFinished(log.close);
  const add = (report: Partial<ConnectionReport>) => log.append(createReport(report));
  for (const report of given) add(report);
  return { state, add };
}

async function readLog(state: string, ...words: readonly string[]) {
  const { stdout } = await runInProcess(["local", "log", "--json", "--state", state, ...words]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const { clientId, outcome } = JSON.parse(line) as ConnectionReport;
    return `${clientId} ${outcome}`;
  });
}

describe("muster local log", () => {
  test.for([
    [["--client", "two"], ["two ACCEPTED"]],
    [["--certificate", "b2B2"], ["two ACCEPTED"]],
    [
      ["--outcome", "accepted"],
      ["two ACCEPTED", "one ACCEPTED"],
    ],
    [["--outcome", "ACCEPTED", "--client", "one"], ["one ACCEPTED"]],
    [
      ["--last", "2"],
      ["one PENDING_ACTIVATION", "one ACCEPTED"],
    ],
    [["--last", "1", "--outcome", "REGISTERED"], ["one REGISTERED"]],
    [["--last", "0"], []],
    [["--client", "three"], []],
  ] as const)("%j finds %j", async ([words, found]) => {
    const { state } = setup();
    expect(await readLog(state, ...words)).toEqual(found);
  });

  test("finds a certificate by its file", async () => {
    const ca = await createCa({ name: "Device CA" });
    const leaf = await issueLeaf(ca, { subject: "CN=three" });
    const chain = [{ certificateId: leaf.certificateId, subject: "CN=three" }];
    const { state } = setup([...reports, { clientId: "three", chain }]);
    const file = join(state, "three.pem");
    writeFileSync(file, leaf.pem);
    expect(await readLog(state, "--certificate", file)).toEqual(["three ACCEPTED"]);
  });

  test("shows people what a device repeats as one line", async () => {
    const { state } = setup();
    const { code, stdout } = await runInProcess(["local", "log", "--state", state]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => /[A-Z_]{4,}(?: ×\d+)? {2}\w+/.exec(line)?.[0])).toEqual([
      "REGISTERED  one",
      "ACCEPTED  two",
      "PENDING_ACTIVATION ×2  one",
      "ACCEPTED  one",
    ]);
  });

  test("shows what came where it is asked to", async () => {
    const { state } = setup();
    const words = ["local", "log", "--verbose", "--outcome", "PENDING_ACTIVATION"];
    const { stdout } = await runInProcess([...words, "--state", state]);
    expect(stdout).toContain(idOf("a1"));
    expect(stdout).toContain("TLSv1.3, TLS_AES_256_GCM_SHA384, SNI localhost");
  });

  test("an empty log is said to be so, and how to start what fills it", async () => {
    const state = temporaryFolder();
    const { code, stdout, stderr } = await runInProcess(["local", "log", "--state", state]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("No device has connected yet");
    expect(stderr).toContain(`npm start -- --state ${state}`);
  });

  test("a log in which nothing matches is told from an empty one", async () => {
    const { state } = setup();
    const { stderr } = await runInProcess(["local", "log", "--client", "three", "--state", state]);
    expect(stderr).toBe("None of the 5 connections in the log matches.\n");
  });

  test("says when there is more than it shows", async () => {
    const { state } = setup();
    const { stderr } = await runInProcess(["local", "log", "--last", "2", "--state", state]);
    expect(stderr).toBe("The last 2 of 4; all: --last 4\n");
    const all = await runInProcess(["local", "log", "--state", state]);
    expect(all.stderr).toBe("");
  });

  test("an outcome that there is not is refused with the nearest", async () => {
    const { code, stderr } = await runInProcess(["local", "log", "--outcome", "CONNECT_DENID"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean CONNECT_DENIED?");
  });

  test("its help has no options of what starts the local cloud", async () => {
    const { stdout } = await runInProcess(["local", "log", "--help"]);
    expect(stdout.match(/^ +--verbose/gm)).toHaveLength(1);
    expect(stdout).toContain("--state");
    expect(stdout).not.toMatch(/--quota-scale|--mqtt-port/);
  });

  test.for([
    ["--certificate", "xyz"],
    ["--last", "-1"],
  ])("%s %s is refused", async ([flag = "", value = ""]) => {
    const { code, stderr } = await runInProcess(["local", "log", flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(`argument '${value}' is invalid`);
  });

  test("says that it waits, beside what it prints", async () => {
    const child = spawnMuster(["local", "log", "--follow", "--state", temporaryFolder()]);
    const finished = finish(child);
    await new Promise((resolve) => child.stderr.once("data", resolve));
    child.kill("SIGINT");
    expect(await finished).toMatchObject({
      stdout: "",
      stderr: expect.stringContaining("Waiting for connections"),
    });
  });

  test("follows what comes until it is interrupted", async () => {
    const { state, add } = setup();
    const child = spawnMuster([
      "local",
      "log",
      "--follow",
      "--json",
      "--last",
      "1",
      "--state",
      state,
    ]);
    const finished = finish(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    add({ clientId: "three" });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGINT");
    const { code, stdout } = await finished;
    expect(code).toBe(0);
    const shown = stdout.trimEnd().split("\n");
    expect(shown.map((line) => (JSON.parse(line) as ConnectionReport).clientId)).toEqual([
      "one",
      "three",
    ]);
  });
});
