import assert from "node:assert/strict";
import type { BatchView, OpenedBatch } from "../../../src/batches/batch-use-cases.ts";
import { type Device, makeExpired, toManifest } from "../fleet.ts";
import type { Scenario } from "./scenario.ts";
import { type Manufacturer, profile } from "./set-up.ts";

/** Devices in the ledger, none of which has connected. */
export interface Delivery {
  /** Under the CA whose key was proved. */
  readonly proven: readonly Device[];
  /** Under the vendor's, which AWS IoT tells by SNI. */
  readonly vendors: readonly Device[];
}

/** Pushes batches through the deployed API, inline and by an upload. */
export async function pushBatches(
  scenario: Scenario,
  { api, provenCa, vendorCa }: Manufacturer,
): Promise<Delivery> {
  const { report, factory } = scenario;
  const proven: Device[] = [];
  const vendors: Device[] = [];
  for (let count = 0; count < 6; count += 1) proven.push(await factory.makeDevice(provenCa));
  for (let count = 0; count < 2; count += 1) vendors.push(await factory.makeDevice(vendorCa));

  await report.check("a batch that is pushed inline lands; its bad row is refused", async () => {
    const rows = [...proven.map(({ pem }) => pem), await makeExpired(provenCa)];
    const options = { profile: profile.jitr, inline: true };
    const { batch } = await api.open(toManifest(rows), options);
    const { counts } = await api.until(batch.id, "completed");
    assert.deepEqual(pick(counts), { rows: rows.length, added: proven.length, refused: 1 });
    const path = `/v1/batches/${batch.id}/errors`;
    const { rows: refused } = await api.call<{ readonly rows: readonly unknown[] }>("GET", path);
    assert.equal(refused.length, 1);
  });
  await report.check("a presigned upload takes the announced file alone, which lands", async () => {
    const manifest = toManifest(vendors.map(({ pem }) => pem));
    const opened = await api.open(manifest, { profile: profile.jitr, inline: false });
    const another = Buffer.from(manifest);
    another.write("x", 40);
    assert.ok((await upload(scenario, opened, another)) >= 400, "another file was taken");
    assert.equal(await upload(scenario, opened, manifest), 200);
    const { counts } = await api.until(opened.batch.id, "completed");
    assert.deepEqual(pick(counts), { rows: vendors.length, added: vendors.length, refused: 0 });
  });
  return { proven, vendors };
}

function pick({ rows, added, refused }: BatchView["counts"]) {
  return { rows, added, refused };
}

async function upload(
  { clients }: Scenario,
  { upload: granted }: OpenedBatch,
  body: Buffer,
): Promise<number> {
  assert.ok(granted, "no upload was granted");
  const { method, url, headers } = granted;
  return (await clients.curl({ method, url, headers, body })).status;
}
