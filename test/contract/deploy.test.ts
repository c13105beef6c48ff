import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../scripts/deploy/preflight-codes.ts";
import { createCa } from "../../src/local/sample-pki.ts";
import type { Deployment } from "../../src/wiring/deployments-file.ts";
import { type Ministack, runMinistack, startAgain } from "../support/run-ministack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env["MUSTER_MINISTACK"] ?? "ministack";
const place = ["--stage", "dev", "--region", "us-east-1"];
const retained = ["muster-dev-000000000000-us-east-1", "muster-dev-audit", "muster-dev-ledger"];

let aws: Ministack;
beforeAll(async () => {
  const env = { IOT_MTLS_ENABLED: "false", LAMBDA_EXECUTOR: "local", MINISTACK_HOST: "localhost" };
  aws = await startAgain(() => runMinistack({ program, env }));
});
afterAll(() => aws.close());

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the repository in a folder, as whoever deploys to the emulator. */
function run(
  folder: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Run> {
  const options = {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      AWS_ENDPOINT_URL: aws.endpoint.replace("127.0.0.1", "localhost"),
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
      NODE_OPTIONS: `--import=${join(root, "test/contract/lookup-localhost.ts")}`,
      ...env,
    },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, words, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const deploy = (folder: string, ...words: string[]) =>
  run(folder, [join(root, "scripts/deploy.ts"), ...place, ...words, "--templates", folder]);

/** The templates, but for what the emulator has not: alarms on metrics that are calculated. */
function copyTemplates(folder: string): void {
  cpSync(join(root, "infrastructure"), join(folder, "infrastructure"), { recursive: true });
  const text = readFileSync(join(root, "serverless.yml"), "utf8");
  const lines = text
    .split("\n")
    .filter((line) => !line.includes("file(infrastructure/observability"));
  writeFileSync(join(folder, "serverless.yml"), lines.join("\n"));
}

interface Told {
  readonly findings: readonly Finding[];
  readonly deployment: Deployment | null;
}
const told = ({ stdout }: Run) => JSON.parse(stdout) as Told;
const fieldsOf = ({ findings }: Told, code: string) =>
  findings
    .filter((each) => each.code === code)
    .map(({ field = "" }) => field)
    .sort();

function createClient() {
  const { region, endpoint, credentials } = aws;
  return new DynamoDBClient({ region, endpoint, credentials });
}

const TableName = "muster-dev-ledger";
const Key = { pk: { S: "CERT#kept" }, sk: { S: "STATE" } };
const keep = () => createClient().send(new PutItemCommand({ TableName, Item: Key }));
const readKept = async () =>
  (await createClient().send(new GetItemCommand({ TableName, Key }))).Item;

/** As the guide says: the stack goes, and what is retained stays. */
function remove(folder: string): Promise<Run> {
  return run(folder, [join(root, "node_modules/osls/bin/serverless.js"), "remove", ...place]);
}

describe("npm run deploy, on an emulator of AWS", () => {
  test("creates, updates, loses nothing when it is removed, and takes over what stayed", async () => {
    const folder = temporaryFolder();
    copyTemplates(folder);
    const first = await deploy(folder, "--yes", "--json", "--tag", "team=iot");
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(fieldsOf(told(first), "EVENTS_DISABLED")).toEqual(["CA_CERTIFICATE"]);
    const { deployment } = told(first);
    expect(deployment).toMatchObject({
      stage: "dev",
      region: "us-east-1",
      stackName: "muster-dev",
      apiUrl: expect.stringContaining("execute-api"),
      iotEndpoint: expect.stringContaining("-ats.iot."),
      ledgerTable: TableName,
    });
    const noted = join(folder, ".muster/deployments/dev.json");
    expect(JSON.parse(readFileSync(noted, "utf8"))).toEqual(deployment);
    await keep();

    const second = await deploy(folder, "--yes");
    expect(second.code, second.stdout + second.stderr).toBe(0);
    expect(second.stdout).toContain("npm run muster -- setup --stage dev");
    expect(await readKept()).toEqual(Key);

    expect(await remove(folder)).toMatchObject({ code: 0 });
    expect(await readKept()).toEqual(Key);
    const left = await deploy(folder, "--check", "--json");
    expect(left.code).toBe(1);
    expect(fieldsOf(told(left), "LEFT_BEHIND")).toEqual(retained);

    const adopted = await deploy(folder, "--yes", "--json", "--adopt");
    expect(adopted.code, adopted.stdout + adopted.stderr).toBe(0);
    expect(await readKept()).toEqual(Key);

    const words = ["--manufacturer", "acme", "--ca", "ca.pem", "--profile"];
    writeFileSync(join(folder, "ca.pem"), (await createCa({ name: "Acme CA" })).pem);
    const setup = await run(folder, [
      join(root, "bin/muster.js"),
      "setup",
      ...place,
      ...words,
      join(root, "docs/guide/sensor.yaml"),
      "--no-token",
      "--json",
    ]);
    expect(setup.code, setup.stderr).toBe(0);
    expect(JSON.parse(setup.stdout)).toMatchObject({
      steps: [{ status: "made" }, { status: "made" }, { status: "made" }],
    });
    // Which region the stage is in is noted beside it.
    const muster = join(root, "bin/muster.js");
    const listed = await run(folder, [muster, "--stage", "dev", "manufacturer", "list", "--json"]);
    expect(listed.code, listed.stdout).toBe(0);
    expect(JSON.parse(listed.stdout)).toMatchObject({ manufacturers: [{ id: "acme" }] });
  }, 900_000);

  test("stops before anything is created", async () => {
    const folder = temporaryFolder();
    const { region, endpoint, credentials } = aws;
    await new SQSClient({ region, endpoint, credentials }).send(
      new CreateQueueCommand({ QueueName: "muster-taken-ingest" }),
    );
    const script = join(root, "scripts/deploy.ts");
    const cases: readonly [
      words: string[],
      env: Record<string, string>,
      code: string,
      field: string,
    ][] = [
      [
        ["--stage", "taken", "--region", "us-east-1"],
        // Who may not ask about functions is told of the queue all the same.
        { AWS_ENDPOINT_URL_LAMBDA: "http://nowhere.invalid" },
        "NAME_TAKEN",
        "muster-taken-ingest",
      ],
      [
        ["--stage", "one", "--region", "us-east-1", "--param", "eventBus=fleet"],
        {},
        "EVENT_BUS_MISSING",
        "eventBus",
      ],
      [
        ["--stage", "x".repeat(34), "--region", "us-east-1"],
        {},
        "NAME_TOO_LONG",
        "Bucket.BucketName",
      ],
      [["--stage", "moved", "--region", "us-east-1"], {}, "DEPLOYED_ELSEWHERE", "region"],
      [
        ["--stage", "one", "--region", "us-east-1"],
        { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
        "CREDENTIALS_MISSING",
        "credentials",
      ],
      [
        ["--stage", "one", "--region", "us-east-1"],
        { AWS_ENDPOINT_URL_IOT: "http://nowhere.invalid" },
        "REGION_UNSUPPORTED",
        "region",
      ],
    ];
    const moved = { version: 1, stage: "moved", region: "eu-west-1", accountId: "000000000000" };
    const where = { stackName: "", apiUrl: "", bucket: "", ledgerTable: "", auditTable: "" };
    mkdirSync(join(folder, ".muster/deployments"), { recursive: true });
    writeFileSync(
      join(folder, ".muster/deployments/moved.json"),
      JSON.stringify({ ...moved, ...where, deployedAt: "" }),
    );
    for (const [words, env, code, field] of cases) {
      const stopped = await run(folder, [script, ...words, "--yes", "--json"], env);
      expect(stopped.code, stopped.stdout).toBe(1);
      expect(told(stopped).deployment).toBeNull();
      expect(fieldsOf(told(stopped), code), code).toContain(field);
    }
    const unasked = await run(folder, [script, "--stage", "one", "--region", "us-east-1"]);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    const { TableNames = [] } = await createClient().send(new ListTablesCommand());
    expect(TableNames.filter((name) => !name.startsWith("muster-dev-"))).toEqual([]);
  }, 900_000);
});
