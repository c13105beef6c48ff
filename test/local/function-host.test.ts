import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startFunction } from "../../src/local/function-host.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function setup(
  handler: string,
  timeoutMs = 5_000,
  { logName = "function.log", maxThreads = 1 } = {},
) {
  const folder = temporaryFolder();
  const entry = join(folder, "handler.mjs");
  writeFileSync(entry, handler);
  const logFile = join(folder, logName);
  const host = startFunction({
    name: "sample",
    entry: pathToFileURL(entry),
    env: { ONLY: "this" },
    timeoutMs,
    logFile,
    maxThreads,
  });
  onTestFinished(host.close);
  return { host, readLog: () => readFileSync(logFile, "utf8") };
}

describe("a function on this machine", () => {
  test("sees its own environment and nothing of the caller's", async () => {
    const { host } = setup("export const handler = async () => ({ ...process.env });");
    expect(await host.invoke({})).toEqual({ ONLY: "this" });
  });

  test("gets the event and Lambda's context", async () => {
    const { host } = setup(
      "export const handler = async (event, context) => ({ event, name: context.functionName, left: context.getRemainingTimeInMillis() });",
    );
    const result = await host.invoke({ a: 1 });
    expect(result).toEqual({ event: { a: 1 }, name: "sample", left: expect.any(Number) });
    expect((result as { left: number }).left).toBeGreaterThan(4_000);
  });

  test("does its work where its log cannot be written", async () => {
    const { host } = setup(
      "export const handler = async () => { console.log('printed'); return 'done'; };",
      5_000,
      { logName: "not there/function.log" },
    );
    expect(await host.invoke({})).toBe("done");
    expect(await host.invoke({})).toBe("done");
  });

  test("what it prints goes to its log", async () => {
    const { host, readLog } = setup("export const handler = async () => console.log('printed');");
    await host.invoke({});
    await vi.waitFor(() => expect(readLog()).toBe("printed\n"));
  });

  test("what it throws reaches the caller by name, and it goes on", async () => {
    const { host } = setup(`
      let calls = 0;
      export const handler = async () => {
        calls += 1;
        if (calls === 1) throw new RangeError("once");
        return calls;
      };`);
    await expect(host.invoke({})).rejects.toMatchObject({ name: "RangeError", message: "once" });
    expect(await host.invoke({})).toBe(2);
  });

  test("one that takes too long is ended and replaced, even when it never yields", async () => {
    const { host } = setup(
      "export const handler = async ({ hang }) => { while (hang); return 'done'; };",
      300,
    );
    await expect(host.invoke({ hang: true })).rejects.toMatchObject({ name: "FunctionTimedOut" });
    expect(await host.invoke({ hang: false })).toBe("done");
  });

  test("one that ends its thread is replaced", async () => {
    const { host } = setup(
      "export const handler = async ({ exit }) => { if (exit) process.exit(1); return 'done'; };",
    );
    await expect(host.invoke({ exit: true })).rejects.toMatchObject({ name: "FunctionExited" });
    expect(await host.invoke({})).toBe("done");
  });

  test("one that cannot be loaded says so in the answer and in the log", async () => {
    const { host, readLog } = setup("throw new Error('no configuration');");
    await expect(host.ready()).rejects.toMatchObject({ message: "no configuration" });
    await vi.waitFor(() => expect(readLog()).toContain("no configuration"));
  });

  test("one that dies between two calls costs neither of them", async () => {
    const { host, readLog } = setup(`
      export const handler = async () => {
        // Later than its answer is read, which a thread that ends may take with it.
        setTimeout(() => { throw new Error("afterwards"); }, 200);
        return "done";
      };`);
    expect(await host.invoke({})).toBe("done");
    await vi.waitFor(() => expect(readLog()).toContain("afterwards"));
    expect(await host.invoke({})).toBe("done");
  });

  test("calls go to as many threads as it may have, each to the first that is free", async () => {
    const { host } = setup(
      `
      import { threadId } from "node:worker_threads";
      export const handler = async ({ gate }) => {
        while (gate && gate[0] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        return threadId;
      };`,
      20_000,
      { maxThreads: 2 },
    );
    const gate = new Uint8Array(new SharedArrayBuffer(1));
    const slow = host.invoke({ gate });
    const quick = await Promise.all([1, 2, 3].map(() => host.invoke({})));
    expect(new Set(quick).size).toBe(1);
    gate[0] = 1;
    expect(quick).not.toContain(await slow);
  });

  test("what fails to load fails each call that waits for it", async () => {
    const { host } = setup("throw new Error('no configuration');");
    const failed = { status: "rejected", reason: { message: "no configuration" } };
    const calls = await Promise.allSettled([1, 2].map(() => host.invoke({})));
    expect(calls).toMatchObject([failed, failed]);
  });

  test("closed, it lets what runs end, and refuses what waits and what comes", async () => {
    const { host, readLog } = setup(
      "export const handler = () => new Promise(() => console.log('running'));",
      500,
    );
    const calls = [host.invoke({}), host.invoke({})];
    const outcomes = Promise.allSettled(calls);
    await vi.waitFor(() => expect(readLog()).toContain("running"), 10_000);
    await host.close();
    expect(await outcomes).toMatchObject([
      { reason: { name: "FunctionTimedOut" } },
      { reason: { name: "FunctionClosed" } },
    ]);
    await expect(host.invoke({})).rejects.toMatchObject({ name: "FunctionClosed" });
  });

  test("calls wait for their turn", async () => {
    const { host } = setup(`
      let running = 0;
      export const handler = async () => {
        running += 1;
        const seen = running;
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        return seen;
      };`);
    expect(await Promise.all([1, 2, 3].map(() => host.invoke({})))).toEqual([1, 1, 1]);
  });
});
