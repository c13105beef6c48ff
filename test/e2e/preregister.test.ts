import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { connectDevice } from "../../src/cli/demo/device.ts";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import { startLocal, wireLocal } from "../../src/wiring/local.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const profile = `
name: lamp
registration: preregister
thing: { name: "\${cn}" }
policy: { publish: ["dt/\${thingName}"] }
`;

test("a device that was registered in advance is in at its first connect, if it sends SNI", async () => {
  const stateFolder = temporaryFolder();
  const cloud = await startLocal({
    stateFolder,
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  onTestFinished(() => cloud.close());
  const { endpoints, useCases } = await wireLocal({ stateFolder, actor: "operator:test" });
  const ca = await createCa({ name: "Acme CA" });
  await useCases.manufacturers.add("acme", "Acme");
  // Trusted by Muster; AWS IoT knows no CA at all.
  await useCases.manufacturers.addIssuer("acme", ca.der);
  await useCases.applyProfile(profile);
  const leaf = await issueLeaf(ca, { subject: "CN=lamp-1" });
  await useCases.importCertificates({
    manufacturer: "acme",
    profile: "lamp",
    files: [{ source: "lamp-1", bytes: leaf.der }],
  });
  expect(
    await useCases.preregisterCertificate(leaf.certificateId, AbortSignal.timeout(10_000)),
  ).toMatchObject({ status: "admitted", thingName: "lamp-1" });

  const device = { thingName: "lamp-1", tlsVersion: "TLSv1.3", certificate: leaf } as const;
  const serverCaPem = readFileSync(endpoints.serverCa, "utf8");
  const { mqtt } = endpoints;
  const first = await connectDevice(device, { mqtt, serverCaPem });
  expect(first.result).toBe("accepted");
  if ("session" in first) {
    expect(await first.session.publish("dt/lamp-1")).toBe("allowed");
    await first.session.close();
  }

  const without = { mqtt: { ...mqtt, serverName: "" }, serverCaPem };
  expect((await connectDevice(device, without)).result).toBe("refused");
  expect(cloud.status().certificates).toMatchObject({ ACTIVE: 1, PENDING_ACTIVATION: 0 });
});
