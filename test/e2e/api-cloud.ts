import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Role } from "../../src/access/tokens/token.ts";
import type { BatchView, OpenedBatch } from "../../src/batches/batch-use-cases.ts";
import { createSample, type SampleRequest } from "../../src/formats/sample/create-sample.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";
import type { Endpoints } from "../../src/local/endpoints.ts";
import { wireTokens } from "../../src/wiring/access.ts";
import { findLocal } from "../../src/wiring/local.ts";
import { wireOperator } from "../../src/wiring/operator.ts";

/** What the machine may take under load; nothing here depends on it. */
const patience = { timeout: 45_000, interval: 50 };
const profile = {
  name: "sensor",
  thing: { name: "${cn}" },
  policy: { publish: ["dt/${thingName}"] },
};

export interface Push {
  readonly content: Buffer;
  readonly fileName: string;
}

/** A manifest of devices that nobody has, and the CA that they are of. */
export function makePush(name: string, count: number, defects: SampleRequest["defects"] = []) {
  const format = sampleFormats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`There is no sample ${name}.`);
  const { chunks, pki } = createSample({ format, count, defects, now: new Date() });
  const content = Buffer.concat([...chunks]);
  return { content, fileName: `delivery${format.ending}`, ca: pki.ca.der };
}

/** What clients of a running local cloud do: by the API, and for tokens and CAs as its operator. */
export async function findApiCloud(stateFolder: string) {
  const { endpoints, wiring } = await findLocal({ stateFolder, actor: "operator:test" }, {});
  const operator = wireOperator(wiring);
  const tokens = wireTokens(wiring);
  const tokenOf = async (role: Role, manufacturer?: string) => {
    const request = { role, ...(manufacturer && { manufacturer }), description: "test", days: 1 };
    return (await tokens.create(request)).text;
  };
  return {
    endpoints,
    operator,
    tokenOf,
    /** A manufacturer whose CA is registered, and its client. */
    addManufacturer: async (id: string, ...cas: readonly Uint8Array[]) => {
      await operator.manufacturers.add(id, id);
      for (const ca of cas) await operator.registerCa({ ca, mode: "SNI_ONLY", manufacturer: id });
      return createClient(endpoints, await tokenOf("manufacturer", id));
    },
    applyProfile: async () => {
      const { call } = createClient(endpoints, await tokenOf("operator"));
      const isNew = { "if-none-match": "*" };
      expect(await call("PUT", "/v1/profiles/sensor", profile, isNew)).toMatchObject({
        status: 200,
      });
    },
    device: { mqtt: endpoints.mqtt, serverCaPem: readFileSync(endpoints.serverCa, "utf8") },
  };
}

export type ApiClient = ReturnType<typeof createClient>;

export function createClient({ api }: Pick<Endpoints, "api">, token: string) {
  const call = async (method: string, path: string, body?: object, headers = {}) => {
    const response = await fetch(new URL(path, api), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it.
    return { status: response.status, body: (await response.json()) as any };
  };
  const show = async (id: string): Promise<BatchView> =>
    (await call("GET", `/v1/batches/${id}`)).body;
  return {
    call,
    show,
    /** @param key of idempotency. */
    open: async (
      { content, fileName }: Push,
      { inline = false, key }: { readonly inline?: boolean; readonly key?: string } = {},
    ): Promise<OpenedBatch> => {
      const request = {
        profile: "sensor",
        fileName,
        bytes: content.length,
        sha256: hash("sha256", content, "hex"),
        ...(inline && { content: content.toString("base64") }),
      };
      const headers = key === undefined ? {} : { "idempotency-key": key };
      const { status, body } = await call("POST", "/v1/batches", request, headers);
      expect({ status, body }).toMatchObject({ status: 201 });
      return body;
    },
    /** @returns the batch once it stands there. */
    until: async (id: string, status: BatchView["status"]): Promise<BatchView> => {
      await expect.poll(async () => (await show(id)).status, patience).toBe(status);
      return show(id);
    },
    readErrors: async (id: string) => (await call("GET", `/v1/batches/${id}/errors`)).body.rows,
    readReport: async (id: string, format: "ndjson" | "csv") => {
      const { body } = await call("GET", `/v1/batches/${id}/report?format=${format}`);
      const response = await fetch(body.url);
      return { type: response.headers.get("content-type"), text: await response.text() };
    },
  };
}

/** @returns the status of the answer. */
export async function upload(
  { upload: granted }: OpenedBatch,
  content: Buffer,
  changes: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { "content-length": _, ...headers } = granted?.headers ?? {};
  const body = new Uint8Array(content);
  const response = await fetch(granted?.url ?? "", {
    method: "PUT",
    headers: { ...headers, ...changes },
    body,
  });
  return response.status;
}
