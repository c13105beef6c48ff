import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { toPem } from "../../src/formats/certificates/to-pem.ts";
import type { ApiRequest } from "./support.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const call = (request: ApiRequest) => world.api.call(world.api.operatorToken, request);
const all = "/v1/manufacturers/acme/mappings";
const saving = (name: string, body: object, headers: Record<string, string>): ApiRequest => ({
  method: "PUT",
  path: `${all}/${name}`,
  body,
  headers,
});
const ifNone = { "if-none-match": "*" };

function opening(content: string, told: object): ApiRequest {
  const bytes = Buffer.from(content);
  const file = { fileName: "reel.csv", bytes: bytes.length, sha256: hash("sha256", bytes) };
  const body = {
    manufacturer: "acme",
    profile: "sensor",
    ...file,
    content: bytes.toString("base64"),
    ...told,
  };
  return { method: "POST", path: "/v1/batches", body };
}

test("a mapping is made, changed as it was seen, and removed", async () => {
  const made = await call(saving("reel", { cert: "Zertifikat" }, ifNone));
  expect(made.body).toMatchObject({ name: "reel", cert: "Zertifikat" });
  const tag = made.headers.get("etag") ?? "";
  expect((await call(saving("reel", { cert: "b" }, ifNone))).status).toBe(412);
  expect((await call(saving("reel", { cert: "b" }, {}))).body.code).toBe("PRECONDITION_MISSING");
  const changed = await call(saving("reel", { cert: "b" }, { "if-match": tag }));
  expect(changed.body).toMatchObject({ cert: "b" });
  expect((await call(saving("reel", { cert: "c" }, { "if-match": tag }))).status).toBe(412);
  expect((await call({ path: `${all}/reel` })).body).toEqual(changed.body);
  const removing = { method: "DELETE", path: `${all}/reel` };
  expect((await call({ ...removing, headers: { "if-match": tag } })).status).toBe(412);
  const current = { "if-match": changed.headers.get("etag") ?? "" };
  expect((await call({ ...removing, headers: current })).status).toBe(204);
  expect((await call({ path: `${all}/reel` })).body.code).toBe("MAPPING_UNKNOWN");
  const { records } = (await call({ path: "/v1/audit/manufacturers/acme?limit=100" })).body;
  const actions = records.map(({ action }: { action: string }) => action);
  expect(actions.slice(-3)).toEqual(["mapping-saved", "mapping-saved", "mapping-removed"]);
});

test("a mapping that names nothing is refused, with the field", async () => {
  const { body } = await call(saving("none", {}, ifNone));
  expect(body).toMatchObject({ status: 422, code: "MAPPING_INVALID" });
});

test("a batch keeps the mapping that it was opened with", async () => {
  const device = await world.api.device();
  const table = `Zertifikat;SN\n"${toPem(device.der)}";S-1\n`;
  const mapping = { cert: "Zertifikat", id: "SN" };
  const made = await call(saving("factory", mapping, ifNone));
  const opened = await call(opening(table, { mappingName: "factory" }));
  expect(opened.body.batch).toMatchObject({ mappingName: "factory", mapping });
  const tag = { "if-match": made.headers.get("etag") ?? "" };
  await call(saving("factory", { cert: "other" }, tag));
  const shown = await call({ path: `/v1/batches/${opened.body.batch.id}` });
  expect(shown.body).toMatchObject({ mappingName: "factory", mapping });
});

test("a batch names a mapping that is there, or says one, and not both", async () => {
  const unknown = await call(opening("x", { mappingName: "nothing" }));
  expect(unknown.body).toMatchObject({ status: 404, code: "MAPPING_UNKNOWN" });
  const both = await call(opening("x", { mappingName: "factory", mapping: { cert: "c" } }));
  expect(both.body).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
});
