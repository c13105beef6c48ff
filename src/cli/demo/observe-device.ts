import { setTimeout as wait } from "node:timers/promises";
import type { ConnectionReport } from "../../local/start-stand-in.ts";
import type { CertificateState } from "../../onboarding/certificate-state.ts";
import type { OperatorUseCases } from "../../wiring/operator.ts";
import { connectDevice, type DeviceEndpoint } from "./device.ts";
import type { DemoDevice, Facts } from "./fleet.ts";
import { importDevices, topicOf } from "./set-up.ts";

export interface DemoWorld {
  readonly operator: OperatorUseCases;
  readonly endpoint: DeviceEndpoint;
  /** Base URL of the IoT API. */
  readonly iot: string;
  /** What the stand-in reported of a certificate, oldest first. */
  readonly reportsOf: (certificateId: string) => readonly ConnectionReport[];
}

export interface Observation {
  readonly device: DemoDevice;
  /** The TLS version that was spoken. */
  readonly protocol: string;
  readonly seen: Facts;
  /** From the beginning of the first connect until AWS IoT said ACTIVE. */
  readonly activeAfterMs?: number;
}

const settleTimeoutMs = 10_000;
const pollMs = 20;

/** Takes a device through its first connect and what follows, and notes what was seen. */
export async function observeDevice(world: DemoWorld, device: DemoDevice): Promise<Observation> {
  const startedAt = performance.now();
  const first = await connectDevice(device, world.endpoint);
  if (first.result === "accepted") await first.session.close();
  const decision = await seeDecision(world, device);
  const isIn = decision.endsWith("admit");
  const activeAfterMs = isIn ? performance.now() - startedAt : undefined;
  const later = await seeLaterConnect(world, device);
  return {
    device,
    protocol: first.protocol,
    seen: { firstConnect: first.result, decision, ...later },
    ...(activeAfterMs !== undefined && { activeAfterMs }),
  };
}

async function seeDecision(world: DemoWorld, device: DemoDevice): Promise<string> {
  const { certificateId } = device.certificate;
  if ((await readStatus(world, certificateId)) === undefined) {
    const outcome = world.reportsOf(certificateId).at(-1)?.outcome ?? "UNSEEN";
    return `not registered ${outcome}`;
  }
  const decision = await untilSettled(world, certificateId, (status) => status !== undefined);
  if (device.entry !== "after") return decision;
  await importDevices(world.operator, [device]);
  const healed = await untilSettled(world, certificateId, (status) => status === "admitted");
  return `${decision}, then ${healed}`;
}

/** Waits for Muster to be done with a certificate; `admit` only once AWS IoT says ACTIVE. */
async function untilSettled(
  world: DemoWorld,
  certificateId: string,
  isEnough: (status: CertificateState["status"] | undefined) => boolean,
): Promise<string> {
  const deadline = performance.now() + settleTimeoutMs;
  let waiting = await readStatus(world, certificateId);
  while (waiting === "PENDING_ACTIVATION" && performance.now() < deadline) {
    await wait(pollMs);
    waiting = await readStatus(world, certificateId);
  }
  for (;;) {
    const { state } = await world.operator.readRecord(certificateId);
    const settled = state && isEnough(state.status) && decisions[state.status];
    if (settled === "admit") {
      const status = await readStatus(world, certificateId);
      return status === "ACTIVE" ? "admit" : `admit, yet ${status}`;
    }
    if (settled) return [settled, ...state.findings.map(({ code }) => code)].join(" ");
    if (performance.now() > deadline) return `undecided, ${state?.status ?? "no state"}`;
    await wait(pollMs);
  }
}

const decisions: Readonly<Partial<Record<CertificateState["status"], string>>> = {
  admitted: "admit",
  quarantined: "quarantine",
  rejected: "reject",
};

async function seeLaterConnect(
  { endpoint }: DemoWorld,
  device: DemoDevice,
): Promise<Pick<Facts, "laterConnect" | "ownTopic" | "otherTopic">> {
  const later = await connectDevice(device, endpoint);
  if (later.result === "refused") {
    return { laterConnect: later.result, ownTopic: "–", otherTopic: "–" };
  }
  const ownTopic = await later.session.publish(topicOf(device.thingName));
  const otherTopic = await later.session.publish(topicOf("sensor-0"));
  await later.session.close();
  return { laterConnect: later.result, ownTopic, otherTopic };
}

/** The certificate's status as AWS IoT's DescribeCertificate gives it; undefined without one. */
async function readStatus({ iot }: DemoWorld, certificateId: string): Promise<string | undefined> {
  const answer = await fetch(`${iot}/certificates/${certificateId}`);
  if (answer.status === 404) return undefined;
  const { certificateDescription } = (await answer.json()) as {
    readonly certificateDescription?: { readonly status?: string };
  };
  return certificateDescription?.status ?? `HTTP ${answer.status}`;
}
