import { describe, expect, test } from "vitest";
import { cacheFor } from "../../src/wiring/cache.ts";

function setup(answer: (key: string) => string | undefined = (key) => `value of ${key}`) {
  let nowMs = 0;
  const read: unknown[] = [];
  const get = cacheFor(
    10_000,
    () => new Date(nowMs),
    async (key, ...rest: readonly string[]) => {
      read.push([key, ...rest]);
      return answer(key);
    },
  );
  return {
    get,
    read,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("a cached read", () => {
  test("is made once within the time, for each key", async () => {
    const { get, read, advance } = setup();
    expect(await get("a", "x")).toBe("value of a");
    advance(9_999);
    expect(await get("a", "y")).toBe("value of a");
    expect(await get("b")).toBe("value of b");
    expect(read).toEqual([["a", "x"], ["b"]]);
  });

  test("is made anew when the time is over", async () => {
    const { get, read, advance } = setup();
    await get("a");
    advance(10_000);
    await get("a");
    expect(read).toHaveLength(2);
  });

  test("counts the time from before the read, which may take long", async () => {
    let nowMs = 0;
    let reads = 0;
    const get = cacheFor(
      10_000,
      () => new Date(nowMs),
      async () => {
        reads += 1;
        nowMs += 10_000;
        return "x";
      },
    );
    await get("a");
    await get("a");
    expect(reads).toBe(2);
  });

  test("that finds nothing is not remembered", async () => {
    const { get, read } = setup(() => undefined);
    expect(await get("a")).toBeUndefined();
    await get("a");
    expect(read).toHaveLength(2);
  });

  test("that fails is not remembered, and what was old is not given in its place", async () => {
    let fails = false;
    const { get, advance } = setup(() => {
      if (fails) throw new Error("no answer");
      return "x";
    });
    await get("a");
    advance(10_000);
    fails = true;
    await expect(get("a")).rejects.toThrow("no answer");
    fails = false;
    expect(await get("a")).toBe("x");
  });

  test("remembers a thousand answers at most", async () => {
    const { get, read } = setup();
    for (let key = 0; key < 1_000; key += 1) await get(String(key));
    await get("0");
    expect(read).toHaveLength(1_000);
    await get("one more");
    await get("0");
    expect(read).toHaveLength(1_002);
  });
});
