import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDurableQueue } from "../../src/local/durable-queue.ts";
import { resetState } from "../../src/local/reset-state.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function setup(...files: readonly string[]) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "log"));
  for (const file of files) writeFileSync(join(folder, file), "");
  return { folder, isThere: (file: string) => existsSync(join(folder, file)) };
}

test("a reset removes what the local cloud wrote", async () => {
  const { folder, isThere } = setup("iot-core.sqlite", "server-key.pem", "log/heal.log");
  expect(await resetState(folder)).toEqual(["iot-core.sqlite", "server-key.pem", "log"]);
  expect(isThere("log")).toBe(false);
});

test("a reset of a folder that is no local cloud's removes nothing", async () => {
  const { folder, isThere } = setup("log/mine.log", "server-key.pem");
  expect(await resetState(folder)).toEqual([]);
  expect([isThere("log/mine.log"), isThere("server-key.pem")]).toEqual([true, true]);
});

test("a reset leaves what others put among the logs", async () => {
  const { folder, isThere } = setup("queue.sqlite", "log/mine.log", "log/onboard.log");
  expect(await resetState(folder)).toEqual(["queue.sqlite"]);
  expect([isThere("log/mine.log"), isThere("log/onboard.log")]).toEqual([true, false]);
});

test("a reset removes objects, and leaves what others put beside them", async () => {
  const { folder, isThere } = setup("queue.sqlite", "object-secret");
  const object = "ab".repeat(32);
  mkdirSync(join(folder, "objects", "incoming"), { recursive: true });
  for (const name of [object, "incoming/half", "mine.txt"]) {
    writeFileSync(join(folder, "objects", name), "");
  }
  expect(await resetState(folder)).toEqual(["queue.sqlite", "object-secret", "log"]);
  const left = [object, "incoming", "mine.txt"].map((name) => isThere(join("objects", name)));
  expect(left).toEqual([false, false, true]);
});

test("a reset is refused while a local cloud starts", async () => {
  const { folder, isThere } = setup();
  const queue = openDurableQueue({
    file: join(folder, "queue.sqlite"),
    region: "local-1",
    arn: "arn:aws:sqs:local-1:000000000000:registrations",
    visibilityTimeoutMs: 1_000,
    maxReceiveCount: 3,
    now: () => new Date("2026-06-01T12:00:00Z"),
  });
  onTestFinished(queue.close);
  await expect(resetState(folder)).rejects.toMatchObject({ code: "STATE_IN_USE" });
  expect(isThere("queue.sqlite")).toBe(true);
});
