import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleFunction } from "../scripts/build.ts";
import { packageFunctions } from "../scripts/package.ts";
import { createLambdaWorld, readEvent } from "../test/deploy/lambda-world.ts";
import { readArtifact } from "../test/deploy/read-artifact.ts";
import { readZip } from "../test/deploy/read-zip.ts";
import { toLambdaEnvironment } from "../test/runtime-api/lambda-environment.ts";
import { prepareRuntime } from "../test/runtime-api/prepare-runtime.ts";
import { type Lambda, type Report, startLambda } from "../test/runtime-api/start-lambda.ts";
import type { EventName } from "../test/support/event-table.ts";
import { measurePart, reportOf } from "./cold-start-part.ts";
import { compare, type Figure, medianOf, toFigure } from "./figure.ts";

const rounds = 5;

interface Target {
  /** That each round begins and goes on with. */
  readonly event: EventName;
  /** The largest that the function may be, and the longest that it may take to start. */
  readonly kilobytes?: number;
  readonly ms?: number;
}

const targets: Readonly<Record<string, Target>> = {
  api: { event: "http-api", kilobytes: 1_100, ms: 300 },
  authorize: { event: "authorizer", kilobytes: 320, ms: 100 },
  heal: { event: "scheduled" },
  ingest: { event: "sqs-ingest-test", kilobytes: 1_000, ms: 200 },
  onboard: { event: "registered", kilobytes: 550, ms: 120 },
  publish: { event: "stream-audit" },
};

interface Measured {
  readonly bytes: number;
  /** From the start of the process until the first event can be had. */
  readonly startMs: number;
  readonly firstMs: number;
  readonly nextMs: number;
  readonly peakBytes: number | undefined;
}

/**
 * What the packaged functions cost: each is started as Lambda does, with AWS's own runtime client, and
 * given events against the local database, stand-in, queues and objects.
 *
 * The start is told above that of a function that is empty. The limit of onboarding is a function of
 * middy and the same SDK commands alone, bundled the same way. Here a process has a whole core; Lambda
 * gives 512 MB less than a third of one, but a whole one while the function starts.
 */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "muster-cold-start-"));
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const artifact = join(folder, "package");
  await packageFunctions(artifact, ["--stage", "test"]);
  const packaged = await readArtifact(artifact);
  const world = await createLambdaWorld(packaged);
  started.defer(world.close);
  await world.createTokenOfZeros();
  world.register(world.devices[0]?.pem ?? "");

  const bare = join(folder, "bare/index.mjs");
  await bundleFunction("bench/cold-start-bare.ts", bare);
  const empty = await writeEmpty(join(folder, "empty"));
  const runtime = await prepareRuntime(join(folder, "runtime"));
  const others = {
    bare: startPlain(runtime, join(folder, "bare")),
    empty: startPlain(runtime, empty),
  };
  started.defer(async () => {
    await Promise.all(Object.values(others).map((each) => each.kill()));
  });
  const reports = await measure({ ...world.functions, ...others });
  const sizes = { bare: (await stat(bare)).size, empty: 0 };
  const toMeasured = (name: string): Measured => ({
    ...summarise(reports.get(name) ?? []),
    bytes: name in sizes ? sizes[name as keyof typeof sizes] : bundleBytes(packaged.zips[name]),
  });
  const none = toMeasured("empty");
  const limit = toMeasured("bare");
  return [
    ...Object.keys(world.functions).flatMap((name) =>
      toFigures(name, toMeasured(name), { none, limit }),
    ),
    ...(await measurePart(world, folder)),
  ];
}

/** All of them in turn, so that the machine's mood hits all; the first round warms up. */
async function measure(
  functions: Readonly<Record<string, Lambda>>,
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const rows = new Map<string, Round[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, lambda] of Object.entries(functions)) {
      const event = await readEvent(targets[name]?.event ?? "scheduled");
      await lambda.kill();
      const first = await reportOf(lambda, event);
      const next = await reportOf(lambda, event);
      if (round > 0) rows.set(name, [...(rows.get(name) ?? []), { first, next }]);
    }
  }
  return rows;
}

interface Round {
  readonly first: Report;
  readonly next: Report;
}

function summarise(reports: readonly Round[]): Omit<Measured, "bytes"> {
  const peaks = reports.flatMap(({ next }) => next.peakBytes ?? []);
  return {
    startMs: medianOf(reports.map(({ first }) => first.initMs ?? Number.NaN)),
    firstMs: medianOf(reports.map(({ first }) => first.ms)),
    nextMs: medianOf(reports.map(({ next }) => next.ms)),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
  };
}

interface Beside {
  readonly none: Measured;
  readonly limit: Measured;
}

function toFigures(name: string, measured: Measured, { none, limit }: Beside): readonly Figure[] {
  const { event, kilobytes, ms } = targets[name] ?? {};
  const { bytes, startMs, firstMs, nextMs, peakBytes } = measured;
  const isCompared = name === "onboard";
  const toOne = (figure: string, unit: string, muster: number, bare: number, most?: number) => {
    const target = most === undefined ? undefined : `≤ ${most}`;
    return isCompared
      ? compare(figure, unit, { muster, bare }, target)
      : toFigure(figure, unit, muster, target);
  };
  const above = startMs - none.startMs;
  return [
    toOne(`bundle of ${name}`, "kB", bytes / 1_000, limit.bytes / 1_000, kilobytes),
    toOne(
      `start of ${name} above an empty function`,
      "ms",
      above,
      limit.startMs - none.startMs,
      ms,
    ),
    toFigure(`start of ${name}`, "ms", startMs),
    toFigure(`first ${event} of ${name}`, "ms", firstMs),
    toFigure(`next ${event} of ${name}`, "ms", nextMs),
    ...(peakBytes === undefined ? [] : [toFigure(`memory of ${name}`, "MB", peakBytes / 1e6)]),
  ];
}

async function writeEmpty(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "index.mjs"), "export const handler = async () => {};");
  return folder;
}

function startPlain(runtime: string, taskRoot: string): Lambda {
  const memorySize = 512;
  const region = "eu-west-1";
  const variables = {};
  const settings = { name: "plain", handler: "index.handler", memorySize, region, taskRoot };
  return startLambda({
    runtime,
    taskRoot,
    memorySize,
    timeoutMs: 30_000,
    functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:plain",
    environment: toLambdaEnvironment({ ...settings, temporaryFolder: tmpdir(), variables }),
  });
}

function bundleBytes(zip: Buffer | undefined): number {
  const files = readZip(zip ?? Buffer.of());
  return [...files].find(([name]) => name.endsWith("/index.mjs"))?.[1].length ?? 0;
}
