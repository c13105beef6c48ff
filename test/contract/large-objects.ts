import { describe, expect, test } from "vitest";
import { createContent, digest, send } from "./content.ts";
import { hour, type StoreUnderTest } from "./object-store-under-test.ts";

const largeBytes = 200 * 1024 * 1024;
/** More than one buffer of each stage and the garbage between; far less than the object. */
const memoryBytes = 100 * 1024 * 1024;

/** Little memory, however large the object. */
export function describeLargeObjects(on: StoreUnderTest): void {
  const { newKey } = on;

  describe("200 MB", () => {
    test("come through an upload, and are read again, in little memory", {
      timeout: 120_000,
    }, async () => {
      const sha256 = await digest(createContent(largeBytes));
      const key = newKey();
      const peak = watchMemory();
      const target = await on.store.createUpload({
        key,
        bytes: largeBytes,
        sha256,
        expiresAt: new Date(Date.now() + hour),
      });
      expect(await send(target, createContent(largeBytes))).toMatchObject({ status: 200 });
      expect(await on.store.describe(key)).toEqual({ bytes: largeBytes, sha256 });
      expect(await digest(await on.store.read(key))).toBe(sha256);
      expect(peak()).toBeLessThan(memoryBytes);
      await on.store.delete(key);
    });

    test("are written from a stream in little memory", { timeout: 120_000 }, async () => {
      const key = newKey();
      const peak = watchMemory();
      await on.store.write(key, createContent(largeBytes, 7));
      expect(peak()).toBeLessThan(memoryBytes);
      expect(await on.store.describe(key)).toMatchObject({ bytes: largeBytes });
      const sha256 = await digest(createContent(largeBytes, 7));
      expect(await digest(await on.store.read(key))).toBe(sha256);
      await on.store.delete(key);
    });
  });
}

/** @returns what ends it, and tells by how many bytes the process had grown at most. */
function watchMemory(): () => number {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 20);
  return () => {
    clearInterval(timer);
    look();
    return most - before;
  };
}
