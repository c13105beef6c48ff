import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditVerdict } from "../../access/audit/verify-audit.ts";
import type { ConnectionReport } from "../../local/start-stand-in.ts";
import { startLocal, wireLocal } from "../../wiring/local.ts";
import type { Pushed } from "../batch/push-batch.ts";
import { createFleet, type Facts } from "./fleet.ts";
import { type Observation, observeDevice } from "./observe-device.ts";
import { findPushSurprises, pushOverApi } from "./push-over-api.ts";
import { setUp } from "./set-up.ts";

export interface DemoResult {
  readonly pushed: Pushed;
  readonly observations: readonly Observation[];
  /** What was seen otherwise than expected, a sentence each. */
  readonly surprises: readonly string[];
  readonly audit: AuditVerdict;
}

/**
 * Runs the whole: a local cloud of its own, an operator's set-up, devices, the audit.
 *
 * @param onStep called as each step begins.
 * @param signal ends it early; what was started is stopped all the same.
 */
export async function runDemo(
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<DemoResult> {
  await using started = new AsyncDisposableStack();
  const stateFolder = mkdtempSync(join(tmpdir(), "muster-demo-"));
  started.defer(() => rmSync(stateFolder, { recursive: true, force: true }));
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  signal.addEventListener("abort", () => failed.reject(signal.reason));
  const step = async <T>(name: string, work: Promise<T>): Promise<T> => {
    onStep(name);
    return Promise.race([work, failed.promise]);
  };

  const reports: ConnectionReport[] = [];
  const cloud = await step(
    "Starting a local cloud: database, IoT Core stand-in, functions",
    startLocal({
      stateFolder,
      ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
      onConnection: (report) => reports.push(report),
      onFailure: (reason) => failed.reject(new Error(reason)),
    }),
  );
  started.defer(() => cloud.close());
  // Meanwhile the devices are made.
  cloud.preload().catch(() => {});
  const target = await wireLocal({ stateFolder, actor: "operator:demo" });
  const { endpoints, useCases: operator } = target;

  const fleet = await step(
    "Making two manufacturers' CAs and nine devices",
    createFleet(new Date()),
  );
  await step(
    "Registering the CAs, applying a profile, importing Globex's devices",
    setUp(operator, fleet),
  );
  const pushed = await step(
    "Acme pushes a batch of four certificates over the API, two of them bad",
    pushOverApi(fleet, { target, folder: stateFolder, signal }),
  );
  const world = {
    operator,
    endpoint: { mqtt: endpoints.mqtt, serverCaPem: readFileSync(endpoints.serverCa, "utf8") },
    iot: endpoints.iot,
    reportsOf: (certificateId: string) =>
      reports.filter(({ chain }) => chain[0]?.certificateId === certificateId),
  };
  const observations: Observation[] = [];
  for (const device of fleet.devices) {
    const what = `${device.tlsVersion.replace("v", " ")}, ${device.key}, ${device.story}`;
    observations.push(await step(`A device connects: ${what}`, observeDevice(world, device)));
  }
  const audit = await step("Verifying the audit chain", operator.verifyAudit());
  const surprises = [...findPushSurprises(fleet, pushed), ...findSurprises(observations)];
  return { pushed, observations, surprises, audit };
}

const names: Readonly<Record<keyof Facts, string>> = {
  firstConnect: "first connect",
  decision: "decision",
  laterConnect: "later connect",
  ownTopic: "publish on its own topic",
  otherTopic: "publish on another's topic",
};

function findSurprises(observations: readonly Observation[]): readonly string[] {
  return observations.flatMap(({ device, protocol, seen }) => {
    const facts = (Object.keys(names) as (keyof Facts)[])
      .filter((name) => seen[name] !== device.expected[name])
      .map(
        (name) =>
          `${device.thingName}, ${names[name]}: expected "${device.expected[name]}", saw "${seen[name]}"`,
      );
    if (protocol === device.tlsVersion) return facts;
    return [...facts, `${device.thingName}: expected ${device.tlsVersion}, saw ${protocol}`];
  });
}
