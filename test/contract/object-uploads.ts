import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createContent, digest, send, sendCut } from "./content.ts";
import { hour, type StoreUnderTest, sha256Of } from "./object-store-under-test.ts";

/** What URLs for uploads are good for. */
export function describeUploads(on: StoreUnderTest): void {
  const { grantOf, newKey, readText } = on;

  describe("an upload that was granted", () => {
    const content = Buffer.from("certificates of a batch");

    test("puts the object there, with its length and hash", async () => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      expect(target.method).toBe("PUT");
      expect(await on.store.describe(grant.key)).toBeUndefined();
      expect(await send(target, [content])).toMatchObject({ status: 200 });
      expect(await on.store.describe(grant.key)).toEqual({
        bytes: content.byteLength,
        sha256: sha256Of(content),
      });
      expect(await readText(grant.key)).toBe(content.toString());
    });

    test("may be of nothing", async () => {
      const grant = grantOf(Buffer.alloc(0));
      expect(await send(await on.store.createUpload(grant), [])).toMatchObject({ status: 200 });
      expect(await on.store.describe(grant.key)).toMatchObject({ bytes: 0 });
    });

    test("works with fetch", async () => {
      const grant = grantOf(content);
      const { url, method, headers } = await on.store.createUpload(grant);
      const answer = await fetch(url, { method, headers, body: content });
      expect(answer.status).toBe(200);
      expect(await readText(grant.key)).toBe(content.toString());
    });

    test.for([
      ["other bytes of that length", content.toString().toUpperCase(), 400],
      ["the first of the bytes", content.toString().slice(1), 403],
      ["more bytes", `${content.toString()}!`, 403],
    ] as const)("refuses %s", async ([, sent, status]) => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      const headers = { ...target.headers, "content-length": String(Buffer.byteLength(sent)) };
      expect(await send({ ...target, headers }, [Buffer.from(sent)])).toMatchObject({ status });
      expect(await on.store.describe(grant.key)).toBeUndefined();
    });

    test("refuses other bytes with the hash of those", async () => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      const other = Buffer.from(content.toString().toUpperCase());
      const hash = createHash("sha256").update(other).digest("base64");
      const headers = { ...target.headers, "x-amz-checksum-sha256": hash };
      expect(await send({ ...target, headers }, [other])).toMatchObject({ status: 403 });
      expect(await on.store.describe(grant.key)).toBeUndefined();
    });

    test.for(["x-amz-checksum-sha256", "if-none-match"])(
      "refuses to do without %s",
      async (name) => {
        const grant = grantOf(content);
        const target = await on.store.createUpload(grant);
        const { [name]: left, ...headers } = target.headers;
        expect(left).toBeDefined();
        expect(await send({ ...target, headers }, [content])).toMatchObject({ status: 403 });
        expect(await on.store.describe(grant.key)).toBeUndefined();
      },
    );

    test("that is cut short leaves nothing, and may be done again", async () => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      await sendCut(target, content.subarray(0, 5));
      expect(await on.store.describe(grant.key)).toBeUndefined();
      expect(await send(target, [content])).toMatchObject({ status: 200 });
      expect(await readText(grant.key)).toBe(content.toString());
    });

    test("is good for one object", async () => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      await send(target, [content]);
      expect(await send(target, [content])).toMatchObject({ status: 412 });
      const other = await on.store.createUpload({
        ...grantOf(Buffer.from("other")),
        key: grant.key,
      });
      expect(await send(other, [Buffer.from("other")])).toMatchObject({ status: 412 });
      expect(await readText(grant.key)).toBe(content.toString());
    });

    test("tells who sends much that it is refused", async () => {
      const bytes = 30_000_000;
      const sha256 = await digest(createContent(bytes));
      const grant = grantOf(content, { bytes, sha256 });
      const target = await on.store.createUpload(grant);
      expect(await send(target, createContent(bytes))).toMatchObject({ status: 200 });
      expect(await send(target, createContent(bytes))).toMatchObject({ status: 412 });
      expect(await send({ ...target, method: "POST" }, createContent(bytes))).toMatchObject({
        status: 403,
      });
    });

    test("is good for one object when several come at once", async () => {
      const contents = ["one", "two", "six", "ten"].map((word) => Buffer.from(word.repeat(9_999)));
      const key = newKey();
      const targets = await Promise.all(
        contents.map((each) => on.store.createUpload(grantOf(each, { key }))),
      );
      const answers = await Promise.all(
        targets.map((target, index) => send(target, [contents[index] ?? Buffer.alloc(0)])),
      );
      const taken = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []));
      expect(taken).toHaveLength(1);
      expect(answers.filter(({ status }) => [409, 412].includes(status))).toHaveLength(3);
      expect(await readText(key)).toBe(contents[taken[0] ?? -1]?.toString());
    });

    test("is over when its time is", async () => {
      const grant = grantOf(content, { expiresAt: new Date(Date.now() - hour / 2) });
      const target = await on.at(() => new Date(Date.now() - hour)).createUpload(grant);
      expect(await send(target, [content])).toMatchObject({ status: 403 });
      expect(await on.store.describe(grant.key)).toBeUndefined();
    });

    test("is for no other method and no other key", async () => {
      const grant = grantOf(content);
      const target = await on.store.createUpload(grant);
      expect(await send({ ...target, method: "POST" }, [content])).toMatchObject({ status: 403 });
      const last = target.url.at(-1) === "0" ? "1" : "0";
      const url = target.url.includes("Signature=")
        ? target.url.replace("/manifest?", "/manifesT?")
        : target.url.slice(0, -5) + last + target.url.slice(-4);
      expect(await send({ ...target, url }, [content])).toMatchObject({ status: 403 });
      expect(await on.store.describe(grant.key)).toBeUndefined();
    });
  });
}
