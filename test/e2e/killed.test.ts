import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCloud } from "../cli/support.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createClient, findApiCloud, makePush, upload } from "./api-cloud.ts";

const rows = 1_200;

test("after a kill in the middle of an ingest and an upload both go on, and no row is lost", {
  timeout: 120_000,
}, async () => {
  const state = temporaryFolder();
  const first = await startCloud(state);
  const before = await findApiCloud(state);
  const [large, small] = [makePush("csv", rows), makePush("ndjson", 20)];
  await before.addManufacturer("acme", large.ca, small.ca);
  await before.applyProfile();
  const token = await before.tokenOf("manufacturer", "acme");
  const acme = createClient(before.endpoints, token);

  const arrived = await acme.open(large);
  expect(await upload(arrived, large.content)).toBe(200);
  const underway = await acme.open(small);
  const { url = "", headers } = underway.upload ?? {};
  const sent = request(url, { method: "PUT", headers: { ...headers } }).on("error", () => {});
  await new Promise((resolve) => sent.write(small.content.subarray(0, 1_000), resolve));
  const { id } = arrived.batch;
  let seen = await acme.show(id);
  while (seen.progress <= 0.1) seen = await acme.show(id);
  expect(seen.status).toBe("ingesting");
  first.child.kill("SIGKILL");
  await first.finished;

  const { endpoints } = await startCloud(state);
  expect(readdirSync(join(state, "objects", "incoming"))).toEqual([]);
  const again = createClient(endpoints, token);
  expect((await again.until(id, "completed")).counts).toEqual({
    rows,
    added: rows,
    known: 0,
    refused: 0,
    warnings: 0,
  });
  // The link holds, though the port is another.
  const moved = { ...underway.upload, url: new URL(new URL(url).pathname, endpoints.api).href };
  const resumed = { ...underway, upload: { ...underway.upload, ...moved } } as typeof underway;
  expect(await upload(resumed, small.content)).toBe(200);
  const { counts } = await again.until(underway.batch.id, "completed");
  expect(counts).toMatchObject({ rows: 20, added: 20 });
});
