import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenedBatch } from "../../src/batches/batch-use-cases.ts";
import { connectDevice } from "../../src/cli/demo/device.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { type Ca, createCa, issueLeaf, type Leaf } from "../../src/local/sample-pki.ts";
import type { LocalCloud } from "../../src/local/start-local-cloud.ts";
import { wireIngest } from "../../src/wiring/ingest.ts";
import { findLocal, startLocal } from "../../src/wiring/local.ts";
import { type ApiClient, findApiCloud, makePush, type Push, upload } from "./api-cloud.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "muster-push-"));
const patience = { timeout: 45_000, interval: 50 };

interface Setup extends Awaited<ReturnType<typeof findApiCloud>> {
  readonly cloud: LocalCloud;
  readonly ca: Ca;
  readonly acme: ApiClient;
  readonly other: ApiClient;
}

let setup: Setup;
beforeAll(async () => {
  const cloud = await startLocal({
    stateFolder,
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  const api = await findApiCloud(stateFolder);
  const ca = await createCa({ name: "Acme CA" });
  const acme = await api.addManufacturer("acme", ca.der);
  const other = await api.addManufacturer("other");
  await api.applyProfile();
  setup = { ...api, cloud, ca, acme, other };
}, 60_000);
afterAll(async () => {
  await setup.cloud.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

const long = { timeout: 90_000 };

function toPem(leaves: readonly Leaf[]): Push {
  return { content: Buffer.from(leaves.map(({ pem }) => pem).join("")), fileName: "leaves.pem" };
}

function toCsv(rows: readonly (readonly [string, string])[]): Push {
  const lines = rows.map(([id, certificate]) => `${id},"${certificate}"\n`);
  return { content: Buffer.from(`device_id,certificate\n${lines.join("")}`), fileName: "a.csv" };
}

const connect = (certificate: Leaf) => {
  const thingName = certificate.subject.replace(/^CN=/, "");
  return connectDevice({ thingName, tlsVersion: "TLSv1.3", certificate }, setup.device);
};

/** As a device does it, again and again, no more than once a second. */
async function connectUntil(leaf: Leaf, wanted: "accepted" | "refused"): Promise<void> {
  for (;;) {
    const connected = await connect(leaf);
    if (connected.result === "accepted") await connected.session.close();
    if (connected.result === wanted) return;
    await sleep(1_100);
  }
}

function untilStatus({ certificateId }: Leaf, status: string): Promise<void> {
  const read = async () => (await setup.operator.readRecord(certificateId)).state?.status;
  return expect.poll(read, patience).toBe(status);
}

test("a batch with bad rows lands, tells which they are, and heals who waited", long, async () => {
  const { acme, ca } = setup;
  const [early, good] = [
    await issueLeaf(ca, { subject: "CN=early" }),
    await issueLeaf(ca, { subject: "CN=good" }),
  ];
  const expired = await issueLeaf(ca, {
    subject: "CN=late",
    notAfter: new Date("2021-01-01T00:00:00Z"),
  });
  const strange = await issueLeaf(await createCa({ name: "Acme CA" }), { subject: "CN=strange" });
  expect((await connect(early)).result).toBe("refused");
  await untilStatus(early, "quarantined");

  const opened = await acme.open(toPem([early, expired, strange, good]), { inline: true });
  expect(opened).not.toHaveProperty("upload");
  const { id } = opened.batch;
  const batch = await acme.until(id, "completed");
  expect(batch).toMatchObject({
    progress: 1,
    format: "pem",
    counts: { rows: 4, added: 2, known: 0, refused: 2, warnings: 0 },
  });
  const refused = [
    { record: 2, severity: "refused", code: "CERTIFICATE_EXPIRED" },
    { record: 3, severity: "refused", code: "SIGNATURE_INVALID" },
  ];
  expect(await acme.readErrors(id)).toMatchObject(refused);
  const ndjson = await acme.readReport(id, "ndjson");
  expect(ndjson.type).toBe("application/x-ndjson");
  const lines = ndjson.text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(refused);
  const csv = await acme.readReport(id, "csv");
  expect(csv.type).toBe("text/csv; charset=utf-8");
  expect(csv.text.trimEnd().split(/\r?\n/)).toHaveLength(3);

  await untilStatus(early, "admitted");
  await connectUntil(early, "accepted");
});

test("an uploaded batch lets its devices in, until it is recalled", long, async () => {
  const { acme, other, ca } = setup;
  const leaf = await issueLeaf(ca, { subject: "CN=lamp" });
  const push = toCsv([
    ["lamp", leaf.pem],
    ["broken", "no certificate"],
  ]);
  const opened = await acme.open(push, { key: "order-1" });
  expect(await upload(opened, push.content)).toBe(200);
  const { id } = opened.batch;
  expect((await acme.until(id, "completed")).counts).toMatchObject({
    rows: 2,
    added: 1,
    refused: 1,
  });
  expect(await upload(opened, push.content)).toBe(412);
  expect((await acme.open(push, { key: "order-1" })).batch).toMatchObject({ id });
  expect((await acme.show(id)).status).toBe("completed");

  await connectUntil(leaf, "accepted");
  const { body: batchYield } = await acme.call("GET", `/v1/batches/${id}/yield`);
  expect(batchYield).toMatchObject({ shipped: 1, admitted: 1 });

  const reason = { reason: "wrong lot" };
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["GET", "/errors", undefined],
    ["GET", "/report", undefined],
    ["POST", "/recall", reason],
  ] as const) {
    const answer = await other.call(method, `/v1/batches/${id}${path}`, body);
    expect(answer).toMatchObject({ status: 404, body: { code: "BATCH_UNKNOWN" } });
  }

  const recalled = await acme.call("POST", `/v1/batches/${id}/recall`, reason);
  expect(recalled).toMatchObject({ status: 200, body: { status: "recalled" } });
  await expect
    .poll(async () => (await setup.operator.readRecord(leaf.certificateId)).state?.status, patience)
    .not.toBe("admitted");
  await connectUntil(leaf, "refused");
});

describe("an upload", () => {
  const cases: readonly (readonly [string, (opened: OpenedBatch, push: Push) => Promise<void>])[] =
    [
      [
        "with another hash is refused",
        async (opened, { content }) => {
          const wrong = Buffer.from(content);
          wrong[5] = (wrong[5] ?? 0) ^ 1;
          expect(await upload(opened, wrong)).toBe(400);
        },
      ],
      [
        "with another length is refused",
        async (opened, { content }) => {
          expect(await upload(opened, content.subarray(1))).toBe(403);
        },
      ],
      ["that is cut short is not kept", cutShort],
    ];
  test.for(cases)("%s, and may come again", long, async ([, spoil]) => {
    const { acme } = setup;
    const push = makePush("csv", 3);
    const opened = await acme.open(push);
    await spoil(opened, push);
    expect((await acme.show(opened.batch.id)).status).toBe("awaiting-upload");
    expect(await upload(opened, push.content)).toBe(200);
    // Nobody trusts that CA: that all of it is refused shows that all of it came.
    const { counts } = await acme.until(opened.batch.id, "completed");
    expect(counts).toMatchObject({ rows: 3, added: 0, refused: 3 });
  });

  test("that never comes ends its batch, which says so", async () => {
    const { acme } = setup;
    const opened = await acme.open(makePush("csv", 3));
    const { id } = opened.batch;
    expect((await acme.show(id)).status).toBe("awaiting-upload");
    await lookAfter(id, Date.now() + 7 * 3_600_000);
    expect(await acme.show(id)).toMatchObject({
      status: "expired",
      problem: { code: "UPLOAD_MISSING" },
    });
  });
});

/** Half of it, and then the connection breaks. */
async function cutShort({ upload: granted }: OpenedBatch, { content }: Push): Promise<void> {
  const sent = request(granted?.url ?? "", { method: "PUT", headers: { ...granted?.headers } });
  const closed = new Promise((resolve) => sent.on("error", resolve).on("close", resolve));
  await new Promise((resolve) => sent.write(content.subarray(0, content.length / 2), resolve));
  sent.destroy();
  await closed;
}

/** What the ingest function does with the message that waits, at another time. */
async function lookAfter(batch: string, now: number): Promise<void> {
  const { wiring } = await findLocal({ stateFolder, actor: "test" }, {});
  const objects = createFileObjectStore({
    folder: join(stateFolder, "objects"),
    baseUrl: setup.endpoints.api,
    secret: "not used",
    now: () => new Date(now),
  });
  const { handleBatchMessage } = wireIngest({
    ...wiring,
    now: () => new Date(now),
    objects,
    queue: { send: async () => {} },
    onHealed: () => {},
  });
  await handleBatchMessage({ step: "expire", batch });
}
