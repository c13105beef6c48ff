import { describe, expect, test } from "vitest";
import { collect, createContent, digest, send } from "./content.ts";
import { hour, type StoreUnderTest, sha256Of } from "./object-store-under-test.ts";

/** What is written is read. */
export function describeObjects(on: StoreUnderTest): void {
  const { grantOf, newKey, readText } = on;

  describe("writing and reading", () => {
    test("an object is there when it was written, and whole", async () => {
      const key = newKey();
      const chunks = ["one ", "", "two ", "three"].map((text) => Buffer.from(text));
      await on.store.write(key, chunks);
      expect(await readText(key)).toBe("one two three");
      expect(await on.store.describe(key)).toMatchObject({ bytes: 13 });
    });

    test("its hash is right where one is told", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("bytes")]);
      const { sha256 } = (await on.store.describe(key)) ?? {};
      expect([undefined, sha256Of(Buffer.from("bytes"))]).toContain(sha256);
    });

    test("an object may be of nothing", async () => {
      const key = newKey();
      await on.store.write(key, []);
      expect(await readText(key)).toBe("");
      expect(await on.store.describe(key)).toMatchObject({ bytes: 0 });
    });

    test("an object is replaced, and may be longer or shorter then", async () => {
      const key = newKey();
      for (const text of ["first", "the second one", "3"]) {
        await on.store.write(key, [Buffer.from(text)]);
        expect(await readText(key)).toBe(text);
      }
    });

    test("what fails on the way leaves what was there", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("before")]);
      async function* failing() {
        yield* createContent(12 * 1024 * 1024);
        throw new Error("the source failed");
      }
      await expect(on.store.write(key, failing())).rejects.toThrow("the source failed");
      expect(await readText(key)).toBe("before");
      const other = newKey();
      await expect(on.store.write(other, failing())).rejects.toThrow("the source failed");
      expect(await on.store.describe(other)).toBeUndefined();
    });

    test("of writes at once one stands, whole", async () => {
      const key = newKey();
      const sizes = [9_000_001, 9_500_000, 10, 3_000_000];
      await Promise.all(
        sizes.map((bytes, seed) => on.store.write(key, createContent(bytes, seed))),
      );
      const hashes = await Promise.all(
        sizes.map((bytes, seed) => digest(createContent(bytes, seed))),
      );
      expect(hashes).toContain(await digest(await on.store.read(key)));
    });

    const ranges = [
      { offset: 0, length: 4, text: "0123" },
      { offset: 4, length: 4, text: "4567" },
      { offset: 9, length: 1, text: "9" },
      { offset: 8, length: 100, text: "89" },
      { offset: 10, length: 4, text: "" },
      { offset: 5_000_000_000, length: 4, text: "" },
      { offset: 3, length: 0, text: "" },
      { offset: 0, length: 10, text: "0123456789" },
    ];
    test.for(ranges)("$length bytes from $offset of ten are '$text'", async (range, context) => {
      const key = `acme/ranges/${context.task.id}`;
      await on.store.write(key, [Buffer.from("0123456789")]);
      expect((await collect(await on.store.read(key, range))).toString()).toBe(range.text);
    });

    test("a range of nothing is nothing", async () => {
      const key = newKey();
      await on.store.write(key, []);
      expect(await collect(await on.store.read(key, { offset: 0, length: 4 }))).toHaveLength(0);
    });

    test("reading may end early", async () => {
      const key = newKey();
      await on.store.write(key, createContent(5_000_000));
      for (let time = 0; time < 60; time += 1) {
        for await (const chunk of await on.store.read(key)) {
          expect(chunk.byteLength).toBeGreaterThan(0);
          break;
        }
      }
    });

    test("what is not there cannot be read, and is described as nothing", async () => {
      const missing = expect.objectContaining({ code: "OBJECT_MISSING" });
      await expect(on.store.read("acme/none")).rejects.toEqual(missing);
      await expect(on.store.read("acme/none", { offset: 2, length: 2 })).rejects.toEqual(missing);
      await expect(on.store.read("acme/none", { offset: 2, length: 0 })).rejects.toEqual(missing);
      expect(await on.store.describe("acme/none")).toBeUndefined();
    });

    test("what was deleted is gone, and deleting it again is no error", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("x")]);
      await on.store.delete(key);
      expect(await on.store.describe(key)).toBeUndefined();
      await on.store.delete(key);
      await on.store.write(key, [Buffer.from("y")]);
      expect(await readText(key)).toBe("y");
    });

    test("keys that look alike are different objects", async () => {
      const alike = [
        "acme/odd",
        "acme/odd/",
        "acme/odd/more",
        "acme/Odd",
        "acme/odd ",
        "acme//odd",
        "acme/odd%20",
        "acme/odd+",
        "acme/od\u0064\u0301",
        "acme/ođ",
        "acme/o?d=d&d#d",
        "acme/o'd\"d",
        "acme/o\\dd",
        "acme/📦",
        `acme/${"long".repeat(200)}`,
        "con",
        "odd.",
      ];
      for (const key of alike) await on.store.write(key, [Buffer.from(`of ${key}`)]);
      for (const key of alike) expect(await readText(key)).toBe(`of ${key}`);
      for (const key of alike) await on.store.delete(key);
      for (const key of alike) expect(await on.store.describe(key)).toBeUndefined();
    });

    test("an odd key can be uploaded to and downloaded from", async () => {
      const key = "acme/o'd d+é(1)!*&=/📦.csv";
      const content = Buffer.from("odd");
      const grant = grantOf(content, { key });
      expect(await send(await on.store.createUpload(grant), [content])).toMatchObject({
        status: 200,
      });
      const url = await on.store.createDownload({
        key,
        fileName: "odd.csv",
        contentType: "text/csv",
        expiresAt: new Date(Date.now() + hour),
      });
      expect(await (await fetch(url)).text()).toBe("odd");
    });
  });
}
