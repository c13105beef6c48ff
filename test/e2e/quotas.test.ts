import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { connectDevice, type DeviceEndpoint } from "../../src/cli/demo/device.ts";
import { createCa, issueLeaf, type Leaf } from "../../src/local/sample-pki.ts";
import { startLocal, wireLocal } from "../../src/wiring/local.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const fleetSize = 30;
const thingNames = Array.from({ length: fleetSize }, (_, index) => `sensor-${index}`);
const profile = 'name: sensor\nthing:\n  name: "${cn}"\npolicy:\n  publish: ["dt/${thingName}"]\n';

test("a fleet that comes at once gets in under AWS's default quotas, and nothing is lost", {
  timeout: 90_000,
}, async () => {
  const { cloud, operator, endpoint } = await start();
  const ca = await createCa({ name: "Acme CA" });
  await operator.manufacturers.add("acme", "Acme");
  await operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme" });
  await operator.applyProfile(profile);
  const leaves = await Promise.all(
    thingNames.map((name) => issueLeaf(ca, { subject: `CN=${name}` })),
  );
  await operator.importCertificates({
    manufacturer: "acme",
    profile: "sensor",
    files: leaves.map(({ der, certificateId }) => ({ source: certificateId, bytes: der })),
  });

  await Promise.all(leaves.map((leaf) => connectUntilAccepted(leaf, endpoint)));

  const records = await Promise.all(
    leaves.map(({ certificateId }) => operator.readRecord(certificateId)),
  );
  expect(records.map(({ state }) => state?.status)).toEqual(leaves.map(() => "admitted"));
  const status = cloud.status();
  expect(status.certificates["ACTIVE"]).toBe(fleetSize);
  expect(status.queue).toMatchObject({ dead: 0, deadLetters: [] });
  expect(status.topicRules).toMatchObject([{ undelivered: 0, isDisabled: false }]);
  // Else the quotas were not in the way at all.
  expect(status.quotas).toMatchObject({
    scale: 1,
    throttled: {
      CertificateRegistration: expect.any(Number),
      UpdateCertificate: expect.any(Number),
    },
  });
});

async function start() {
  const stateFolder = temporaryFolder();
  const failed: string[] = [];
  const cloud = await startLocal({
    stateFolder,
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    behaviour: { quotaScale: 1 },
    onFailure: (reason) => failed.push(reason),
  });
  onTestFinished(async () => {
    await cloud.close();
    expect(failed).toEqual([]);
  });
  const { endpoints, useCases } = await wireLocal({ stateFolder, actor: "operator:test" });
  const serverCaPem = readFileSync(endpoints.serverCa, "utf8");
  return { cloud, operator: useCases, endpoint: { mqtt: endpoints.mqtt, serverCaPem } };
}

/** As a device does it: again and again, not more often than AWS lets it. */
async function connectUntilAccepted(leaf: Leaf, endpoint: DeviceEndpoint): Promise<void> {
  const thingName = leaf.subject.replace(/^CN=/, "");
  for (;;) {
    const { result, ...connected } = await connectDevice(
      { thingName, tlsVersion: "TLSv1.3", certificate: leaf },
      endpoint,
    );
    if (result === "accepted" && "session" in connected) return connected.session.close();
    await sleep(1_100);
  }
}
