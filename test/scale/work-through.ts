import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DurableQueue, openDurableQueue } from "../../src/local/durable-queue.ts";
import type { FromWorker, ToWorker, WorkerSetting } from "./messages.ts";

export interface Disturbance {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Every message is delivered so often. */
  readonly copies: number;
  /** Part of the messages at which the worker is killed. */
  readonly kills: number;
}

export interface Worked {
  readonly kills: number;
  /** What was thrown, by its first line, and how often. */
  readonly errors: ReadonlyMap<string, number>;
  /** The most that a worker took above what it took before its first message. */
  readonly memoryBytes: number;
}

const undisturbed: Disturbance = { random: () => 0, copies: 1, kills: 0 };
/** As many as the local cloud has. */
const workers = 2;
/** As the ingest function is run: its garbage is of short life, and small spaces keep it small. */
const nodeOptions = ["--max-semi-space-size=8", "--max-old-space-size=320"];
/** A killed worker lives that long at most. */
const longestLifeMs = 400;
const idleMs = 20;

/**
 * Has worker processes work through a queue, until nothing is left in it. A worker that is to be killed
 * gets a SIGKILL at some moment of its work; what it had is delivered again.
 */
export async function workThrough(
  setting: WorkerSetting,
  first: readonly object[],
  disturbance: Disturbance = undisturbed,
): Promise<Worked> {
  const queue = openDurableQueue({
    file: join(setting.folder, "queue.sqlite"),
    region: "eu-west-1",
    arn: "arn:aws:sqs:eu-west-1:000000000000:ingest",
    visibilityTimeoutMs: 600_000,
    maxReceiveCount: 1_000,
    now: () => new Date(),
  });
  const put = (message: object, delayMs = 0) => {
    for (let copy = 0; copy < disturbance.copies; copy += 1) {
      queue.send(JSON.stringify(message), delayMs);
    }
  };
  for (const message of first) put(message);
  const result = { kills: 0, errors: new Map<string, number>(), memoryBytes: 0 };
  const startNext = () => {
    return start(setting, put, (bytes) => {
      result.memoryBytes = Math.max(result.memoryBytes, bytes);
    });
  };
  const settle = ({ receiptHandle }: Receipt, ended: Ended): void => {
    if (ended === "done") queue.remove(receiptHandle);
    else queue.changeVisibility(receiptHandle, 0);
    if (ended === "killed") result.kills += 1;
    if (typeof ended === "object") {
      result.errors.set(ended.error, (result.errors.get(ended.error) ?? 0) + 1);
    }
  };
  const lane = async (): Promise<void> => {
    let worker = startNext();
    while (!isEmpty(queue)) {
      const [record] = queue.receive(1);
      if (record === undefined) {
        await sleep(idleMs);
        continue;
      }
      const ended = await deliver(worker, JSON.parse(record.body) as object, toLife(disturbance));
      settle(record, ended);
      if (ended === "killed") worker = startNext();
    }
    worker.disconnect();
    await once(worker, "exit");
  };
  await Promise.all(Array.from({ length: workers }, lane));
  queue.close();
  return result;
}

/** @returns after how many milliseconds the worker of a message is killed, if it is. */
function toLife({ random, kills }: Disturbance): number | undefined {
  return random() < kills ? random() * longestLifeMs : undefined;
}

function isEmpty(queue: DurableQueue): boolean {
  const { waiting, delayed, inWork } = queue.counts();
  return waiting + delayed + inWork === 0;
}

function start(
  setting: WorkerSetting,
  put: (message: object, delayMs: number) => void,
  noteMemory: (bytes: number) => void,
): ChildProcess {
  const entry = join(import.meta.dirname, "worker.ts");
  const worker = fork(entry, [JSON.stringify(setting)], { execArgv: nodeOptions });
  let idleBytes = 0;
  worker.on("message", (told: FromWorker) => {
    if (told.kind === "ready") idleBytes = told.idleBytes;
    if (told.kind === "done") noteMemory(told.peakBytes - idleBytes);
    if (told.kind !== "send") return;
    put(told.message, told.delayMs);
    const answer: ToWorker = { kind: "sent", id: told.id };
    if (worker.connected) worker.send(answer);
  });
  return worker;
}

type Receipt = ReturnType<DurableQueue["receive"]>[number];
type Ended = "done" | "killed" | { readonly error: string };

async function deliver(
  worker: ChildProcess,
  message: object,
  lifeMs: number | undefined,
): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const onMessage = (told: FromWorker) => {
    if (told.kind === "done") resolve(told.error === undefined ? "done" : { error: told.error });
  };
  const onExit = (_code: number | null, signal: NodeJS.Signals | null) => {
    if (signal === "SIGKILL") resolve("killed");
    else reject(new Error("A worker ended by itself."));
  };
  worker.on("message", onMessage).on("exit", onExit);
  const task: ToWorker = { kind: "work", message };
  worker.send(task);
  const timer = lifeMs === undefined ? undefined : setTimeout(() => worker.kill("SIGKILL"), lifeMs);
  const ended = await promise;
  clearTimeout(timer);
  worker.off("message", onMessage).off("exit", onExit);
  // It may have been told to die just when it was done.
  if (ended !== "killed" && worker.killed) {
    if (worker.exitCode === null && worker.signalCode === null) await once(worker, "exit");
    return "killed";
  }
  return ended;
}
