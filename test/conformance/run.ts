import { prepareBotocore } from "../support/python-environment.ts";
import { readServiceModel } from "../support/service-model.ts";
import { areas } from "./areas.ts";
import type { Area } from "./conformance-case.ts";
import { toSums, toText } from "./print-results.ts";
import { type Arguments, readArguments, usage } from "./read-arguments.ts";
import { runCases } from "./run-cases.ts";
import { checkDeviceEndpoint } from "./subject/check-device-endpoint.ts";
import { listJournals } from "./subject/journal.ts";
import { openRun, type Run, type ServiceModels } from "./subject/open-run.ts";
import { sweep } from "./sweep.ts";
import { createAwsTarget, createEndpointTarget } from "./targets/remote-targets.ts";
import { startMinistack } from "./targets/start-ministack.ts";
import { startStandIn } from "./targets/start-stand-in.ts";
import type { Target } from "./targets/target.ts";

/** `npm run test:conformance`: asks a server what AWS IoT is known to answer. */
async function main(options: Arguments): Promise<boolean> {
  const models = readModels();
  const chosen = options.sweep ? [] : chooseAreas(options.wanted);
  await using started = new AsyncDisposableStack();
  const target = started.use(await startTarget(options));
  const run = await openRun(target, models);
  started.defer(() => takeAway(run, options.sweep));
  if (target.name === "endpoint") await checkDeviceEndpoint(run);

  let strict: Promise<Run> | undefined;
  const openStrict = async (start: () => Promise<Target>) =>
    openRun(started.use(await start()), models);
  const runOf = (area: Area): Promise<Run> => {
    if (!area.needsQuotas || target.withQuotas === undefined) return Promise.resolve(run);
    strict ??= openStrict(target.withQuotas);
    return strict;
  };
  const results = await runCases(chosen, runOf, { slow: options.slow, parallel: target.parallel });
  const sums = toSums(results);
  const text = options.json
    ? JSON.stringify({ target: target.name, sums, results }, null, 2)
    : toText(results);
  process.stdout.write(`${text}\n`);
  return !results.some(({ outcome }) => outcome === "failed");
}

function readModels(): ServiceModels {
  process.env["MUSTER_BOTOCORE"] = prepareBotocore();
  const iot = readServiceModel("iot");
  const iotData = readServiceModel("iot-data");
  if (iot === undefined || iotData === undefined) throw new Error("botocore's models are missing");
  return { iot, iotData };
}

/** Of an area that is not wanted whole, only the cases that are. */
function chooseAreas(wanted: readonly string[]): readonly Area[] {
  if (wanted.length === 0) return areas;
  const chosen = areas
    .map((area) => ({
      ...area,
      cases: area.cases.filter(({ id }) =>
        wanted.some((word) => area.name === word || id.startsWith(word)),
      ),
    }))
    .filter(({ cases }) => cases.length > 0);
  if (chosen.length > 0) return chosen;
  throw new Error(
    `No such area: ${wanted.join(", ")}. There are: ${areas.map(({ name }) => name).join(", ")}`,
  );
}

async function startTarget(options: Arguments): Promise<Target> {
  switch (options.target) {
    case "stand-in":
      return startStandIn();
    case "ministack":
      return startMinistack();
    case "aws":
      return createAwsTarget(
        options.region ?? process.env["AWS_REGION"] ?? "eu-central-1",
        options.accountWide,
      );
    case "endpoint":
      return createEndpointTarget(options);
  }
}

/** Takes away what the run made and, where asked to, what broken runs left. */
async function takeAway(run: Run, isSweep: boolean): Promise<void> {
  if (run.target.endsWithRun) return;
  const { iot, data } = run.clients(() => {});
  const arn = (resource: string) =>
    `arn:${run.partition}:iot:${run.target.region}:${run.accountId}:${resource}`;
  for (const journal of isSweep ? listJournals() : [run.journal]) {
    for (const line of await sweep(journal, { iot, data, arn })) {
      process.stderr.write(`left behind: ${line}\n`);
    }
  }
}

try {
  process.exitCode = await start(readArguments(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}

/** @returns the exit code: 0 when nothing failed, 1 when something did, 2 when nothing was run. */
async function start(options: Arguments): Promise<number> {
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.target === "aws" && !options.yes) {
    throw new Error(
      "This makes and removes some hundreds of things, certificates and policies in your account, costs a little, and uses quotas. Say --yes.",
    );
  }
  return (await main(options)) ? 0 : 1;
}
