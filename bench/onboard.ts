import { setTimeout as sleep } from "node:timers/promises";
import type { AwsClients } from "../src/aws/create-clients.ts";
import type { Leaf } from "../src/local/sample-pki.ts";
import { wireOnboarding } from "../src/wiring/onboarding.ts";
import { compare, type Figure, medianOf } from "./figure.ts";
import { onboardBare } from "./onboard-bare.ts";
import { createOnboardWorld, tableNames } from "./onboard-world.ts";

const devices = 60;
const slowCallMs = 20;
/**
 * What it costs to let one known device in: calls, sequential round trips, time and CPU.
 *
 * The limit is the same eight calls in the same six steps, made with the bare SDK and no decision.
 */
export async function run(): Promise<readonly Figure[]> {
  await using world = await createOnboardWorld(devices * 2);
  const { leaves, connect, policyName } = world;

  const measure = async (delayMs: number, half: readonly Leaf[]) => {
    const clients = world.newClients();
    const calls = observeCalls(clients, delayMs);
    const { onboardDevice } = wireOnboarding({ clients, ...tableNames, actor: "bench" });
    const signal = AbortSignal.timeout(120_000);
    return alternate(half, calls, connect, {
      muster: (_, event) => onboardDevice(event, signal),
      bare: (leaf) => onboardBare(clients, { ...tableNames, policyName }, leaf),
    });
  };

  const fast = await measure(0, leaves.slice(0, devices));
  const slow = await measure(slowCallMs, leaves.slice(devices));
  return [
    compare("calls per device", "calls", fast.calls, "≤ 8"),
    compare("sequential round trips", "round trips", slow.depth, "≤ 6"),
    compare("wall time, 0 ms added to a call", "ms", fast.wall),
    compare(`wall time, ${slowCallMs} ms added to a call`, "ms", slow.wall, "≤ 135"),
    compare("CPU per device", "ms", fast.cpu),
  ];
}

interface Span {
  readonly startedAt: number;
  endedAt: number;
}

/** Notes when each call began and ended, and makes it as slow as asked. */
function observeCalls({ iot, dynamodb }: AwsClients, delayMs: number): Span[] {
  const calls: Span[] = [];
  const observe = async <Args, Answer>(next: (args: Args) => Promise<Answer>, args: Args) => {
    const span: Span = { startedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY };
    calls.push(span);
    if (delayMs > 0) await sleep(delayMs);
    const answer = await next(args);
    span.endedAt = performance.now();
    return answer;
  };
  const first = { step: "initialize", priority: "high" } as const;
  iot.middlewareStack.add((next) => (args) => observe(next, args), first);
  dynamodb.middlewareStack.add((next) => (args) => observe(next, args), first);
  return calls;
}

/** The longest chain of calls of which each began after the one before had ended. */
function depthOf(calls: readonly Span[]): number {
  const depths: number[] = [];
  for (const [index, { startedAt }] of calls.entries()) {
    const before = calls
      .slice(0, index)
      .map((call, at) => (call.endedAt <= startedAt ? (depths[at] ?? 0) : 0));
    depths.push(1 + Math.max(0, ...before));
  }
  return Math.max(...depths);
}

type Lane = "muster" | "bare";

/** Muster and the bare SDK in turn, so that the machine's mood hits both; the first four warm up. */
async function alternate(
  leaves: readonly Leaf[],
  calls: Span[],
  connect: (leaf: Leaf) => Promise<object>,
  lanes: Readonly<Record<Lane, (leaf: Leaf, event: object) => Promise<unknown>>>,
) {
  const samples = { muster: [] as Sample[], bare: [] as Sample[] };
  for (const [index, leaf] of leaves.entries()) {
    const lane: Lane = index % 2 === 0 ? "muster" : "bare";
    const event = await connect(leaf);
    calls.length = 0;
    const cpu = process.threadCpuUsage();
    const from = performance.now();
    await lanes[lane](leaf, event);
    const wall = performance.now() - from;
    const { user, system } = process.threadCpuUsage(cpu);
    const sample = {
      wall,
      cpu: (user + system) / 1_000,
      calls: calls.length,
      depth: depthOf(calls),
    };
    if (index >= 4) samples[lane].push(sample);
  }
  const median = (figure: keyof Sample) => ({
    muster: medianOf(samples.muster.map((sample) => sample[figure])),
    bare: medianOf(samples.bare.map((sample) => sample[figure])),
  });
  return {
    wall: median("wall"),
    cpu: median("cpu"),
    calls: median("calls"),
    depth: median("depth"),
  };
}

interface Sample {
  readonly wall: number;
  readonly cpu: number;
  readonly calls: number;
  readonly depth: number;
}
