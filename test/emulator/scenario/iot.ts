import assert from "node:assert/strict";
import type { Device } from "../fleet.ts";
import { eventually } from "../report.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** What AWS IoT, asked with `aws`, has of a device. */
async function readStatus({ clients }: Scenario, device: Device): Promise<string> {
  const words = ["iot", "describe-certificate", "--certificate-id", device.certificateId];
  const { certificateDescription } = await clients.aws<{
    readonly certificateDescription: { readonly status: string };
  }>(...words);
  return certificateDescription.status;
}

/** Waits until AWS IoT says so of a certificate. */
export async function untilStatus(
  scenario: Scenario,
  device: Device,
  wanted: string,
): Promise<void> {
  await eventually(async () => {
    const status = await readStatus(scenario, device);
    if (status === wanted) return status;
    throw new Error(`${device.name} is ${status}`);
  }, scenario.target);
}

/** @returns whether a message got through, by mosquitto_pub. */
export async function publish({ clients, endpoint }: Scenario, device: Device): Promise<boolean> {
  const words = [...toConnectWords(endpoint, device), "-q", "1", "-t", `dt/${device.name}/t`];
  return clients.run("mosquitto_pub", [...words, "-m", "hello"]).then(
    () => true,
    () => false,
  );
}

/** Words of mosquitto's clients. */
export function toConnectWords(
  { host, port, trust }: Scenario["endpoint"],
  { name, files }: Device,
): readonly string[] {
  const where = ["-h", host, "-p", String(port), ...trust];
  return [...where, "--cert", files.certificate, "--key", files.key, "-i", name];
}

/** A first connect: the connection is closed, and AWS IoT's event is on its way. */
export async function connectFirst(scenario: Scenario, device: Device): Promise<void> {
  assert.equal(await publish(scenario, device), false, "the first connect got through");
}

/** Makes sure that AWS IoT has all that a device that is let in has. */
export async function checkLetIn({ clients, factory }: Scenario, device: Device): Promise<void> {
  const thing = ["--thing-name", device.name];
  const { principals } = await clients.aws<{ readonly principals: readonly string[] }>(
    "iot",
    "list-thing-principals",
    ...thing,
  );
  assert.equal(principals.length, 1);
  assert.ok(principals[0]?.endsWith(`:cert/${device.certificateId}`), principals[0]);
  const { policies } = await clients.aws<{ readonly policies: readonly unknown[] }>(
    "iot",
    "list-attached-policies",
    "--target",
    principals[0] ?? "",
  );
  assert.equal(policies.length, 1);
  const { thingGroups } = await clients.aws<{
    readonly thingGroups: readonly { readonly groupName: string }[];
  }>("iot", "list-thing-groups-for-thing", ...thing);
  assert.deepEqual(
    thingGroups.map(({ groupName }) => groupName),
    [factory.run],
  );
}

interface Verdict {
  readonly whole: boolean;
  readonly records: number;
}

/** Makes sure that the audit of a certificate is there and whole. */
export async function checkAudit({ operator }: Stage, device: Device): Promise<void> {
  const path = `/v1/audit/certificates/${device.certificateId}/verification`;
  const { whole, records } = await operator.call<Verdict>("GET", path);
  assert.ok(whole && records > 0, `${records} records, whole: ${whole}`);
}
