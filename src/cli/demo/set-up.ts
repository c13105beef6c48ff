import { createVerificationCertificate } from "../../local/sample-pki.ts";
import type { OperatorUseCases } from "../../wiring/operator.ts";
import { timeLimits } from "../time-limits.ts";
import type { DemoDevice, Fleet } from "./fleet.ts";

export const topicOf = (thingName: string): string => `devices/${thingName}/telemetry`;

export const profileName = "sensor";
const profile = `
name: ${profileName}
description: Sensors of the demonstration
thing:
  name: \${cn}
policy:
  publish: ["${topicOf("${thingName}")}"]
  subscribe: ["devices/\${thingName}/commands"]
`;

/** Whether a device comes into the ledger by a batch that Acme pushes; the others' the operator imports. */
export function isPushed({ manufacturer, entry }: DemoDevice): boolean {
  return manufacturer === "acme" && entry === "before";
}

/** Does what an operator does before the first device is switched on. */
export async function setUp(operator: OperatorUseCases, { cas, devices }: Fleet): Promise<void> {
  await operator.manufacturers.add("acme", "Acme");
  await operator.manufacturers.add("globex", "Globex");
  const code = await operator.readRegistrationCode();
  const proof = await createVerificationCertificate(cas.acme, code);
  await operator.registerCa({
    ca: cas.acme.der,
    manufacturer: "acme",
    mode: "DEFAULT",
    verificationCertificate: proof.der,
  });
  await operator.registerCa({ ca: cas.globex.der, manufacturer: "globex", mode: "SNI_ONLY" });
  await operator.applyProfile(profile);
  await importDevices(
    operator,
    devices.filter(
      (device) => (device.entry === "before" && !isPushed(device)) || device.entry === "revoked",
    ),
  );
  for (const { entry, certificate } of devices) {
    if (entry !== "revoked") continue;
    await operator.changeStanding({
      certificateId: certificate.certificateId,
      act: "revoke",
      reason: "lost in transport",
      signal: AbortSignal.timeout(timeLimits.actMs),
    });
  }
}

/** Takes devices into the ledger, each manufacturer's as one batch, and heals what waited for it. */
export async function importDevices(
  { importCertificates, healCertificates }: OperatorUseCases,
  devices: readonly DemoDevice[],
): Promise<void> {
  for (const [manufacturer, theirs = []] of Object.entries(
    Object.groupBy(devices, (device) => device.manufacturer),
  )) {
    const { landed, refused } = await importCertificates({
      manufacturer,
      profile: profileName,
      files: theirs.map(({ thingName, certificate }) => ({
        source: `${thingName}.pem`,
        bytes: Buffer.from(certificate.pem),
      })),
    });
    const [first] = refused;
    if (first) throw new Error(`${first.source}: ${first.code}: ${first.message}`);
    await healCertificates({ signal: AbortSignal.timeout(timeLimits.actMs), landed });
  }
}
