import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseBatchMessages } from "../../src/batches/batch-messages.ts";
import { createFileObjectStore } from "../../src/local/object-store.ts";
import { removeUnfinished } from "../../src/local/object-store-files.ts";
import { readGrant, signGrant } from "../../src/local/object-store-grants.ts";
import { collect, createContent, digest, send, sendCut } from "../contract/content.ts";
import { startFiles } from "./serve-objects.ts";

const hour = 3_600_000;

async function setup() {
  const { close, ...served } = await startFiles();
  onTestFinished(close);
  const unfinished = () => readdirSync(join(served.folder, "incoming"));
  const objects = () => readdirSync(served.folder).filter((name) => name !== "incoming");
  return { ...served, unfinished, objects };
}

const text = (content: string) => [Buffer.from(content)];
const grant = {
  key: "acme/1",
  bytes: 3,
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  expiresAt: new Date(Date.now() + hour),
};

describe("objects as files", () => {
  test("are for their owner's eyes only", async () => {
    const { store, folder, objects } = await setup();
    await store.write("acme/1", text("x"));
    const modes = [folder, join(folder, "incoming"), join(folder, objects()[0] ?? "")].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600]);
  });

  test.for(["../out", "..", ".", "/", "", "a/../../../out", "incoming", "a\\..\\out", "a\0b"])(
    "lie in their folder, whatever the key: %j",
    async (key) => {
      const { store, folder, objects } = await setup();
      await store.write(key, text("x"));
      expect(objects()).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
      expect(existsSync(join(folder, "..", "out"))).toBe(false);
      expect((await collect(await store.read(key))).toString()).toBe("x");
    },
  );

  test("are not there before they are whole, nor is anything left of those that fail", async () => {
    const { store, unfinished, objects } = await setup();
    const begun = Promise.withResolvers<void>();
    const failing = Promise.withResolvers<void>();
    async function* halves() {
      yield Buffer.from("half");
      begun.resolve();
      await failing.promise;
      throw new Error("the source failed");
    }
    const written = store.write("acme/1", halves());
    await begun.promise;
    expect(await store.describe("acme/1")).toBeUndefined();
    expect(unfinished()).toHaveLength(1);
    failing.resolve();
    await expect(written).rejects.toThrow("the source failed");
    expect([...unfinished(), ...objects()]).toEqual([]);
  });

  test("leave nothing of uploads that are refused or cut short", async () => {
    const { store, unfinished, objects } = await setup();
    const target = await store.createUpload(grant);
    await send(target, text("abd"));
    await sendCut(target, Buffer.from("a"));
    await expect.poll(unfinished).toEqual([]);
    expect(objects()).toEqual([]);
    await send(target, text("abc"));
    await send(target, text("abc"));
    expect(unfinished()).toEqual([]);
    expect(objects()).toHaveLength(1);
  });

  test("that were being written when the machine stopped can be cleared away", async () => {
    const { store, folder, unfinished } = await setup();
    await store.write("acme/1", text("x"));
    writeFileSync(join(folder, "incoming", "left"), "half");
    removeUnfinished(folder);
    expect(unfinished()).toEqual([]);
    expect((await collect(await store.read("acme/1"))).toString()).toBe("x");
    await store.write("acme/2", text("y"));
  });

  test("are read whole by who has begun, though they are replaced or deleted", async () => {
    const { store } = await setup();
    await store.write("acme/1", createContent(3_000_000, 1));
    const [one, other] = [await store.read("acme/1"), await store.read("acme/1")];
    await store.write("acme/1", text("new"));
    const before = await digest(createContent(3_000_000, 1));
    expect(await digest(one)).toBe(before);
    await store.delete("acme/1");
    expect(await digest(other)).toBe(before);
  });

  test("are refused when they were cut short by others", async () => {
    const { store, folder, objects } = await setup();
    await store.write("acme/1", text("x"));
    writeFileSync(join(folder, objects()[0] ?? ""), "cut");
    const damaged = expect.objectContaining({ code: "STATE_DAMAGED" });
    await expect(store.describe("acme/1")).rejects.toEqual(damaged);
    await expect(store.read("acme/1")).rejects.toEqual(damaged);
  });

  test("begin with their bytes as they came", async () => {
    const { store, folder, objects } = await setup();
    await store.write("acme/1", text("-----BEGIN CERTIFICATE-----"));
    const file = readFileSync(join(folder, objects()[0] ?? ""));
    expect(file.toString("latin1")).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  test("are the same for all stores of the folder", async () => {
    const { store, folder, baseUrl, secret } = await setup();
    const other = createFileObjectStore({ folder, baseUrl, secret, now: () => new Date() });
    const target = await other.createUpload(grant);
    expect(await send(target, text("abc"))).toMatchObject({ status: 200 });
    expect(await store.describe(grant.key)).toEqual({ bytes: 3, sha256: grant.sha256 });
  });
});

describe("word of an upload", () => {
  const key = "acme/b 1+é/manifest";

  test("is given as S3 gives it, once the object is there, and for nothing else", async () => {
    const told: unknown[] = [];
    const { store, close } = await startFiles(async (notification) => {
      told.push(notification, await store.describe(key));
    });
    onTestFinished(close);
    const target = await store.createUpload({ ...grant, key });
    await send(target, text("abd"));
    await send(target, text("abc"));
    await send(target, text("abc"));
    await store.write("acme/b-2/manifest", text("abc"));
    const description = { bytes: 3, sha256: grant.sha256 };
    expect(told).toEqual([expect.objectContaining({ Records: expect.any(Array) }), description]);
    expect(parseBatchMessages(told[0])).toEqual([{ step: "inspect", batch: "b 1+é" }]);
  });

  test("that cannot be given costs nothing", async () => {
    const { store, close } = await startFiles(() => Promise.reject(new Error("no queue")));
    onTestFinished(close);
    const target = await store.createUpload(grant);
    expect(await send(target, text("abc"))).toMatchObject({ status: 200 });
  });
});

describe("the URLs that the local cloud grants", () => {
  const signed = signGrant({ act: "upload", ...grant, expiresAt: Date.now() + hour }, "secret");
  const [payload = "", mac = ""] = signed.split(".");
  const larger = Buffer.from(
    Buffer.from(payload, "base64url").toString().replace('"bytes":3', '"bytes":9'),
  ).toString("base64url");

  test.for([
    ["of another secret", signGrant({ act: "upload", ...grant, expiresAt: 0 }, "other")],
    ["with another length", `${larger}.${mac}`],
    ["without a signature", payload],
    ["with part of a signature", `${payload}.${mac.slice(0, 20)}`],
    ["with a signature alone", `.${mac}`],
    ["that is nothing", ""],
  ] as const)("are not to be had %s", ([, forged]) => {
    expect(readGrant(signed, "secret")).toMatchObject({ bytes: 3 });
    expect(readGrant(forged, "secret")).toBeUndefined();
  });

  test.for(["", "x", "x.y", "%zz", "a/b/c", "..%2f..%2fetc%2fpasswd"])(
    "are refused when nobody granted them: /objects/%s",
    async (path) => {
      const { baseUrl, objects } = await setup();
      const url = `${baseUrl}/objects/${path}`;
      expect(await send({ method: "PUT", url, headers: {} }, text("x"))).toMatchObject({
        status: 403,
        text: expect.stringContaining("<Code>SignatureDoesNotMatch</Code>"),
      });
      expect(objects()).toEqual([]);
    },
  );

  test("leave other requests to others", async () => {
    const { store, baseUrl, folder, secret } = await setup();
    const { handle } = createFileObjectStore({ folder, baseUrl, secret, now: () => new Date() });
    const { url } = await store.createUpload(grant);
    const ask = (path: string) => handle({ url: path, method: "PUT" } as never, {} as never);
    for (const path of ["/", "/v1/batches", "//objects/x", "http://[", "/object"]) {
      expect(await ask(path)).toBe(false);
    }
    expect(new URL(url).pathname).toMatch(/^\/objects\//);
  });

  test("answer that the disk failed", async () => {
    const { store, folder } = await setup();
    const target = await store.createUpload({ ...grant, bytes: 0 });
    rmSync(folder, { recursive: true });
    expect(await send(target, [])).toMatchObject({ status: 500 });
  });
});
