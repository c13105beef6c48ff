import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BatchMessage } from "../../src/batches/batch-messages.ts";
import type { BatchViewer } from "../../src/batches/batch-use-cases.ts";
import { type EventName, eventTable } from "../support/event-table.ts";
import { createLambdaWorld, type LambdaWorld, readEvent } from "./lambda-world.ts";
import { pushManifest } from "./push-manifest.ts";
import { readPackaged } from "./read-packaged.ts";

const operator: BatchViewer = { role: "operator", actor: "operator:eve" };
const batchId = "0197a3c4-5e21-7d10-9b7a-3f2c1d0e8a55";
const preregisteredId = "0197a3c4-7b3f-7e42-8d15-6a0f9c2e4b71";
const inAdvance = `
name: gateway
registration: preregister
thing: { name: "gateway-\${cn}" }
policy: { publish: ["dt/\${thingName}/*"] }
`;

let world: LambdaWorld;
const fed = new Set<string>();

beforeAll(async () => {
  world = await createLambdaWorld(await readPackaged(), { readOnly: true });
  const [known, alsoKnown, stranger] = world.devices;
  await world.operator.applyProfile(inAdvance);
  await world.operator.importCertificates({
    manufacturer: "acme",
    profile: "sensor",
    files: [known, alsoKnown].map((each, index) => ({
      source: String(index),
      bytes: each?.der ?? Buffer.of(),
    })),
  });
  for (const device of [known, alsoKnown, stranger]) world.register(device?.pem ?? "");
  await world.createTokenOfZeros();
});
afterAll(() => world.close());

/** Has the function of an event take it, and gives what it answered. */
async function feed(name: EventName) {
  fed.add(name);
  const [functionName] = eventTable[name];
  const { outcome } = await lambda(functionName).report(await readEvent(name));
  return outcome;
}

const lambda = (name: string) => {
  const found = world.functions[name];
  if (found === undefined) throw new Error(`There is no function ${name}.`);
  return found;
};
const response = (payload: unknown) => ({ kind: "response", payload });
const settled = response({ batchItemFailures: [] });
const statusOf = (index: number) =>
  world.iotCore.registry.findCertificate(world.devices[index]?.certificateId ?? "")?.status;

describe("onboard", () => {
  const cases: readonly (readonly [EventName, unknown])[] = [
    [
      "registered",
      response(expect.objectContaining({ outcome: "admitted", thingName: "sensor-0001" })),
    ],
    ["registered-again", response(expect.objectContaining({ outcome: "settled-before" }))],
    ["registered-foreign-ca", response(expect.objectContaining({ outcome: "not-ours" }))],
    [
      "registered-invalid",
      expect.objectContaining({
        kind: "error",
        errorType: "MusterError",
        errorMessage: expect.stringContaining("no certificate registration event"),
      }),
    ],
    ["sqs-registrations", settled],
  ];
  test.for(cases)("takes %s as it should", async ([name, expected]) => {
    expect(await feed(name)).toEqual(expected);
  });

  test("has let in whom the ledger knows, and nobody else", () => {
    expect([0, 1, 2].map(statusOf)).toEqual(["ACTIVE", "ACTIVE", "INACTIVE"]);
  });

  test("has the poisoned message alone come again", async () => {
    expect(await feed("sqs-registrations-poisoned")).toEqual(
      response({ batchItemFailures: [{ itemIdentifier: await messageId("poisoned", 1) }] }),
    );
  });

  test("says of a message's last delivery that it is given up on", async () => {
    expect(await feed("sqs-registrations-last")).toEqual(
      response({ batchItemFailures: [{ itemIdentifier: await messageId("last", 0) }] }),
    );
    expect(readLog("onboard")).toContainEqual(
      expect.objectContaining({ message: "given-up", code: "EVENT_INVALID" }),
    );
  });

  async function messageId(which: "poisoned" | "last", index: number) {
    const event = (await readEvent(`sqs-registrations-${which}`)) as {
      readonly Records: readonly { readonly messageId: string }[];
    };
    return event.Records[index]?.messageId;
  }
});

test("heal decides again what is out", async () => {
  const summary = { looked: 1, admitted: 0, changed: 0, failed: [] };
  expect(await feed("scheduled")).toEqual(response(summary));
});

test("authorize tells whose a token is, and refuses one that nobody has", async () => {
  expect(await feed("authorizer")).toEqual(
    response({
      isAuthorized: true,
      context: { token: expect.any(String), role: "manufacturer", manufacturer: "acme" },
    }),
  );
  expect(await feed("authorizer-unknown")).toEqual(response({ isAuthorized: false }));
});

describe("api", () => {
  const cases: readonly (readonly [EventName, number, object])[] = [
    ["http-api", 200, { batches: [] }],
    ["http-api-jwt", 200, { batches: [] }],
    ["http-api-health", 200, { status: "ok" }],
    ["http-api-openapi", 200, { openapi: "3.1.0" }],
    ["http-api-forbidden", 403, { code: "ROLE_NOT_ALLOWED" }],
    ["http-api-open-batch", 201, { upload: { method: "PUT" } }],
    ["http-api-binary", 415, { code: "MEDIA_TYPE_UNSUPPORTED" }],
  ];
  test.for(cases)("answers %s with %i", async ([name, statusCode, body]) => {
    const outcome = await feed(name);
    expect(outcome).toEqual(response(expect.objectContaining({ statusCode })));
    const { payload } = outcome as { readonly payload: { readonly body: string } };
    expect(JSON.parse(payload.body)).toMatchObject(body);
  });

  test("answers real requests, each of which the packaged authorizer is asked about first", async () => {
    const { text } = await world.operatorToken();
    const ask = async (token: string) =>
      (
        await fetch(`${world.api}/v1/manufacturers`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status;
    expect(await Promise.all([ask(text), ask(`${text}x`)])).toEqual([200, 403]);
  });
});

describe("ingest", () => {
  /** What is done after each, which is the next event's message, or nothing. */
  const journey: readonly (readonly [EventName, EventName | undefined])[] = [
    ["sqs-ingest-upload", "sqs-ingest-check"],
    ["sqs-ingest-check", "sqs-ingest-gather"],
    ["sqs-ingest-gather", "sqs-ingest-land"],
    ["sqs-ingest-land", "sqs-ingest-finish"],
    ["sqs-ingest-finish", "sqs-ingest-heal"],
    ["sqs-ingest-heal", undefined],
    ["sqs-ingest-inspect", undefined],
  ];

  test("waits for an upload, and takes S3's test event for nothing", async () => {
    await world.batches(batchId).open(operator, {
      ...pushManifest.announce(world.devices.slice(2, 3)),
      manufacturer: "acme",
    });
    expect(await feed("sqs-ingest-test")).toEqual(settled);
    expect(await feed("sqs-ingest-expire")).toEqual(settled);
    expect(takeMessages()).toEqual([]);
  });

  test.for(journey)("does what %s asks for, and sends %s", async ([name, next]) => {
    if (name === "sqs-ingest-upload") {
      await pushManifest.upload(world, batchId, world.devices.slice(2, 3));
    }
    expect(await feed(name)).toEqual(settled);
    expect(takeMessages()).toEqual(next === undefined ? [] : [await bodyOf(next)]);
  });

  test("has let in the stranger that the batch brought", () => {
    expect(statusOf(2)).toBe("ACTIVE");
  });

  test("puts its devices out when the batch is recalled", async () => {
    await world.batches().recall(operator, batchId, "wrong keys");
    expect(takeMessages()).toEqual([await bodyOf("sqs-ingest-settle")]);
    expect(await feed("sqs-ingest-settle")).toEqual(settled);
    expect(statusOf(2)).toBe("INACTIVE");
  });

  test("registers ahead what an approved batch brings", async () => {
    const devices = world.devices.slice(3);
    await world.batches(preregisteredId).open(operator, {
      ...pushManifest.announce(devices),
      profile: "gateway",
      manufacturer: "acme",
    });
    await pushManifest.upload(world, preregisteredId, devices);
    await work({ step: "inspect", batch: preregisteredId });
    await world.batches().approve(operator, preregisteredId, 1);
    expect(await workOff()).toEqual([await bodyOf("sqs-ingest-preregister")]);
    expect(await feed("sqs-ingest-preregister")).toEqual(settled);
    expect(statusOf(3)).toBe("ACTIVE");
  });

  test("has a message that it cannot read come again, and gives it up in the end", async () => {
    for (const name of ["sqs-ingest-poisoned", "sqs-ingest-last"] as const) {
      const { Records } = (await readEvent(name)) as {
        readonly Records: readonly { readonly messageId: string }[];
      };
      const batchItemFailures = Records.map((each) => ({ itemIdentifier: each.messageId }));
      expect(await feed(name)).toEqual(response({ batchItemFailures }));
    }
    const told = readLog("ingest").map(({ message, code }) => [message, code]);
    expect(told).toContainEqual(["failed", "EVENT_INVALID"]);
    expect(told).toContainEqual(["given-up", "EVENT_INVALID"]);
  });

  /** What the queue holds that is due, as JSON; it is taken out. */
  function takeMessages(): readonly BatchMessage[] {
    return world.ingestQueue.receive().map(({ body, receiptHandle }) => {
      world.ingestQueue.remove(receiptHandle);
      return JSON.parse(body) as BatchMessage;
    });
  }

  async function bodyOf(name: EventName): Promise<unknown> {
    const { Records } = (await readEvent(name)) as {
      readonly Records: readonly { readonly body: string }[];
    };
    return JSON.parse(Records[0]?.body ?? "");
  }

  /** Works until nothing is left but registering ahead, which is given back. */
  async function workOff(): Promise<readonly BatchMessage[]> {
    const [ahead, rest] = [takeMessages(), [] as BatchMessage[]];
    for (const message of ahead) {
      if (message.step === "preregister") rest.push(message);
      else rest.push(...(await work(message)));
    }
    return rest;
  }

  async function work(message: BatchMessage): Promise<readonly BatchMessage[]> {
    const record = { messageId: "m", receiptHandle: "r", body: JSON.stringify(message) };
    const attributes = { ApproximateReceiveCount: "1" };
    const event = { Records: [{ ...record, attributes, eventSource: "aws:sqs" }] };
    const { outcome } = await lambda("ingest").report(event);
    expect(outcome).toEqual(settled);
    return workOff();
  }
});

describe("publish", () => {
  test("sends what the audit table's stream says to the bus", async () => {
    expect(await feed("stream-audit")).toEqual(settled);
    expect(world.bus.taken.length).toBeGreaterThan(0);
    for (const { EventBusName, Source } of world.bus.taken) {
      expect({ EventBusName, Source }).toEqual({ EventBusName: "muster-test", Source: "muster" });
    }
    expect(world.bus.messages).toEqual([]);
  });

  test("sets aside what no event can be made of, in the dead-letter queue of its own", async () => {
    const before = world.bus.taken.length;
    expect(await feed("stream-audit-damaged")).toEqual(settled);
    expect(world.bus.taken.length).toBeGreaterThanOrEqual(before);
    expect(world.bus.messages.map(({ QueueUrl }) => new URL(QueueUrl).pathname)).toEqual([
      "/queues/events-dlq",
    ]);
  });
});

describe("all of them", () => {
  test("were fed all that is in events/", async () => {
    const files = (await readdir("events")).filter((file) => file.endsWith(".json"));
    expect(files.map((file) => file.replace(".json", "")).toSorted()).toEqual([...fed].toSorted());
  });

  test("write lines of JSON to their log, and neither certificates, keys nor tokens", async () => {
    for (const name of Object.keys(world.functions)) {
      const text = lambda(name).log();
      expect(text).not.toMatch(/-----BEGIN|Bearer|muster_[0-9A-Za-z]{10}/);
      for (const line of toLines(text)) expect(() => JSON.parse(line), line).not.toThrow();
    }
  });
});

interface LogLine {
  readonly message?: string;
  readonly code?: string;
}

function readLog(name: string): readonly LogLine[] {
  return toLines(lambda(name).log()).map((line) => JSON.parse(line) as LogLine);
}

function toLines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
