import { hash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Leaf } from "../../src/local/sample-pki.ts";
import { type MetricName, metricNamespace, metricTable } from "../../src/wiring/metric-table.ts";
import { createWorld, type World } from "../support/world.ts";
import {
  awsSecret,
  type Line,
  type Name,
  runFunctions,
  toLines,
  toSqsRecord,
} from "./run-functions.ts";

const privateKey =
  "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";
const token = "muster_0El6XFXwsUFD8J2vGxsaboW7rZYnQRBP5d9erwRwd291Whv5k";

let world: World;
let logs: ReadonlyMap<Name, string>;
let lines: readonly Line[];
let known: Leaf;
let stranger: Leaf;
let pushed: Leaf;
let batch: string;
let auditOfKnown: readonly { readonly correlationId?: string }[];
let auditOfBatch: readonly { readonly correlationId?: string }[];

beforeAll(async () => {
  world = await createWorld();
  const functions = await runFunctions(world);
  try {
    [known, stranger, pushed] = await Promise.all([world.device(), world.device(), world.device()]);
    await world.land(known);
    await feedDevices(functions);
    await feedEvents(functions);
    batch = await pushBatches(functions);
    await feedStream(functions);
    auditOfKnown = (await world.operator.readChain(`CERT#${known.certificateId}`)).records;
    auditOfBatch = (await world.operator.readChain(`BATCH#${batch}`)).records;
    logs = await functions.readLogs();
    lines = [...logs.values()].flatMap(toLines);
  } finally {
    functions.close();
  }
});
afterAll(() => world.close());

type Functions = Awaited<ReturnType<typeof runFunctions>>;

async function feedDevices({ invoke }: Functions): Promise<void> {
  const Records = [
    toSqsRecord(world.connect(known), "message-of-known"),
    toSqsRecord(world.connect(stranger), "message-of-stranger"),
    toSqsRecord({ ...world.connect(known), caCertificateId: "cd".repeat(32) }, "message-foreign"),
    toSqsRecord(`${token} ${privateKey}`, "message-junk"),
    toSqsRecord(`${token} ${privateKey}`, "message-last", 5),
  ];
  await invoke("onboard", { Records });
  await invoke("heal", {});
}

/** Every file of events/, to the function whose trigger it is of. */
async function feedEvents({ invoke }: Functions): Promise<void> {
  const files = (await readdir("events")).filter((file) => file.endsWith(".json"));
  for (const file of files) {
    const event: unknown = JSON.parse(await readFile(`events/${file}`, "utf8"));
    await invoke(toName(file), event).catch(() => undefined);
  }
}

function toName(file: string): Name {
  const [, prefix = ""] =
    /^(registered|sqs-registrations|scheduled|authorizer|http-api|sqs-ingest|stream)/.exec(file) ??
    [];
  const byPrefix: Readonly<Record<string, Name>> = {
    registered: "onboard",
    "sqs-registrations": "onboard",
    scheduled: "heal",
    authorizer: "authorize",
    "http-api": "api",
    "sqs-ingest": "ingest",
    stream: "publish",
  };
  const name = byPrefix[prefix];
  if (name === undefined) throw new Error(`Which function is ${file} for?`);
  return name;
}

/** A good one, and one with a key in it, as a manufacturer does it over the API. */
async function pushBatches({ invoke, drain }: Functions): Promise<string> {
  const event = JSON.parse(await readFile("events/http-api-open-batch.json", "utf8"));
  const push = async (fileName: string, text: string): Promise<string> => {
    const bytes = Buffer.from(text);
    const sha256 = hash("sha256", bytes, "hex");
    const content = bytes.toString("base64");
    const body = { profile: "sensor", fileName, bytes: bytes.length, sha256, content };
    const requestContext = { ...event.requestContext, requestId: `request-${fileName}` };
    const headers = {
      ...event.headers,
      "idempotency-key": fileName,
      authorization: `Bearer ${token}`,
    };
    const answer = await invoke("api", {
      ...event,
      headers,
      requestContext,
      body: JSON.stringify(body),
    });
    return JSON.parse((answer as { readonly body: string }).body).batch?.id;
  };
  const id = await push("good.pem", pushed.pem);
  await push("leaked.pem", `${pushed.pem}${privateKey}`);
  await drain();
  return id;
}

async function feedStream({ bus, invoke }: Functions): Promise<void> {
  const event = JSON.parse(await readFile("events/stream-audit.json", "utf8"));
  bus.expect({ status: 400, type: "ThrottlingException" });
  await invoke("publish", event);
  bus.expect({ status: 400, type: "ResourceNotFoundException" });
  await invoke("publish", event);
}

const metrics = () =>
  lines.flatMap(({ _aws, ...values }) =>
    (_aws?.CloudWatchMetrics ?? []).map((each) => ({ ...each, values })),
  );

describe("what the functions log", () => {
  test("is JSON, line by line, and names the stage and the function", () => {
    const told = lines.filter(({ _aws }) => _aws === undefined);
    expect(told.length).toBeGreaterThan(50);
    for (const line of told) {
      expect(line).toMatchObject({
        stage: "test",
        service: expect.any(String),
        level: expect.any(String),
      });
    }
  });

  test("holds no certificate, key, token or credential, though it was fed all of them", () => {
    const text = [...logs.values()].join("\n");
    const der = (leaf: Leaf) => Buffer.from(leaf.der).toString("base64");
    const secrets = [
      ...[known, stranger, pushed].flatMap((leaf) => [
        der(leaf).slice(0, 60),
        der(leaf).slice(-60),
      ]),
      privateKey.slice(30, 70),
      token,
      token.slice(8, 40),
      awsSecret,
      "a-secret-of-uploads",
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
    for (const pattern of [
      /-----BEGIN/,
      /Bearer /i,
      /muster_[0-9A-Za-z]{20,}/,
      /X-Amz-Signature/i,
      /MII[A-Za-z0-9+/]{40}/,
    ]) {
      expect(text).not.toMatch(pattern);
    }
  });

  test("has one line for each decision, with its codes", () => {
    const recorded = (leaf: Leaf) =>
      lines.filter(
        ({ message, subject }) =>
          message === "recorded" && subject === `CERT#${leaf.certificateId}`,
      );
    expect(recorded(known)).toMatchObject([{ action: "admitted", sequence: 1 }]);
    expect(recorded(stranger)).toMatchObject([{ action: "quarantined", codes: ["NOT_IN_LEDGER"] }]);
  });

  test("carries a message's id from its first line to its last call, and into the audit", () => {
    const ofMessage = lines.filter(({ correlationId }) => correlationId === "message-of-known");
    const calls = ofMessage.filter(({ message }) => message === "called");
    expect(calls.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(["Query", "CreateThing", "UpdateCertificate", "TransactWriteItems"]),
    );
    expect(ofMessage.map(({ message }) => message)).toEqual(
      expect.arrayContaining(["recorded", "admitted"]),
    );
    expect(auditOfKnown.map(({ correlationId }) => correlationId)).toEqual(["message-of-known"]);
  });

  test("has a batch's id on all work on it; the request that opened it has its own", () => {
    expect(auditOfBatch.map(({ correlationId }) => correlationId)).toEqual([
      "request-good.pem",
      ...auditOfBatch.slice(1).map(() => batch),
    ]);
    const completed = lines.find(
      ({ action, subject }) => action === "completed" && subject === `BATCH#${batch}`,
    );
    expect(completed).toMatchObject({ correlationId: batch, service: "ingest" });
  });

  test("says why a message was given up, and nothing of what was in it", () => {
    const [givenUp] = lines.filter(({ message }) => message === "given-up");
    expect(givenUp).toMatchObject({ correlationId: "message-last", code: "EVENT_INVALID" });
  });
});

describe("the metrics that the functions send", () => {
  test("are those of the table, in its units and dimensions, with values that it knows", () => {
    for (const { Namespace, Dimensions, Metrics, values } of metrics()) {
      expect(Namespace).toBe(metricNamespace);
      const [{ Name, Unit } = { Name: "", Unit: "" }, ...others] = Metrics;
      expect(others).toEqual([]);
      expect(Object.keys(metricTable)).toContain(Name);
      const row = metricTable[Name as MetricName];
      const by = "by" in row ? row.by : undefined;
      expect(Unit).toBe(row.unit);
      expect(Dimensions).toEqual([["stage", ...(by ? [by.name] : [])]]);
      expect(values["stage"]).toBe("test");
      if (by) expect(by.values).toContain(values[by.name]);
      expect(values[Name]).toEqual(expect.any(Number));
    }
  });

  test("are all of the table", () => {
    const sent = new Set(metrics().flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)));
    expect([...sent].sort()).toEqual(Object.keys(metricTable).sort());
  });

  test("come from the functions that the table names", () => {
    for (const [name, log] of logs) {
      const sent = toLines(log).flatMap(({ _aws }) => _aws?.CloudWatchMetrics ?? []);
      for (const { Metrics } of sent) {
        const row = metricTable[Metrics[0]?.Name as MetricName];
        expect(row.from).toContain(name);
      }
    }
  });

  const sumOf = (name: MetricName, by?: string) =>
    metrics()
      .filter(
        ({ Metrics, values }) =>
          Metrics[0]?.Name === name && (by === undefined || Object.values(values).includes(by)),
      )
      .reduce((sum, { values }) => sum + Number(values[name]), 0);

  test.for([
    ["Registrations", "not-ours", 1],
    ["MessagesGivenUp", "onboard", 1],
    ["Batches", "failed", 1],
    ["ApiProblems", "ROLE_NOT_ALLOWED", 1],
    ["AuthorizerDenials", undefined, 1],
    ["EventsSetAside", undefined, 1],
    ["AwsThrottles", "eventbridge", 1],
    ["IngestRows", "added", 1],
  ] as const)("%s %s counts what there was", ([name, by, least]) => {
    expect(sumOf(name, by)).toBeGreaterThanOrEqual(least);
  });

  test("measure a registration's time in milliseconds", () => {
    const [activation] = metrics().filter(({ Metrics }) => Metrics[0]?.Name === "ActivationTime");
    expect(activation?.Metrics).toEqual([{ Name: "ActivationTime", Unit: "Milliseconds" }]);
  });
});
