import { describe, expect, test } from "vitest";
import { wireStores } from "../../src/wiring/stores.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const region = "eu-west-1";
const now = () => new Date("2026-05-01T00:00:00Z");
const queue = { MUSTER_INGEST_QUEUE_URL: "http://127.0.0.1:1/queues/ingest" };
const wire = (env: Record<string, string>) => wireStores({ region, env, now });

describe("where manifests lie", () => {
  const incomplete = [
    [{}, ["MUSTER_BUCKET", "MUSTER_INGEST_QUEUE_URL"]],
    [{ MUSTER_BUCKET: "manifests" }, ["MUSTER_INGEST_QUEUE_URL"]],
    [{ ...queue, MUSTER_BUCKET: "" }, ["MUSTER_BUCKET"]],
    [
      { ...queue, MUSTER_BUCKET: "manifests", MUSTER_OBJECTS_FOLDER: "objects" },
      ["MUSTER_OBJECTS_URL", "MUSTER_OBJECTS_SECRET"],
    ],
  ] as const;
  test.for(incomplete)("is not known of %j, which lacks %j", ([env, missing]) => {
    expect(() => wire(env)).toThrow(
      expect.objectContaining({ code: "CONFIGURATION_INVALID", details: { missing } }),
    );
  });

  test("is the local cloud's folder where one is named", async () => {
    const { objects } = wire({
      ...queue,
      MUSTER_OBJECTS_FOLDER: temporaryFolder(),
      MUSTER_OBJECTS_URL: "http://127.0.0.1:8886",
      MUSTER_OBJECTS_SECRET: "0".repeat(64),
    });
    await objects.write("acme/b-1/manifest", [Buffer.from("text")]);
    expect(await objects.describe("acme/b-1/manifest")).toMatchObject({ bytes: 4 });
    const upload = { key: "acme/b-2/manifest", bytes: 1, sha256: "ab".repeat(32) };
    const { url } = await objects.createUpload({ ...upload, expiresAt: now() });
    expect(new URL(url).origin).toBe("http://127.0.0.1:8886");
  });

  test("is the bucket otherwise", async () => {
    const env = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      const { objects } = wire({ ...queue, MUSTER_BUCKET: "manifests" });
      const upload = { key: "acme/b-2/manifest", bytes: 1, sha256: "ab".repeat(32) };
      const { url } = await objects.createUpload({ ...upload, expiresAt: now() });
      expect(new URL(url).host).toBe("manifests.s3.eu-west-1.amazonaws.com");
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});
