import { readFileSync } from "node:fs";
import { IoT } from "@aws-sdk/client-iot";
import { expect, onTestFinished, test } from "vitest";
import { type Connect, connectDevice } from "../../src/cli/demo/device.ts";
import { createCa, issueLeaf } from "../../src/local/sample-pki.ts";
import type { ConnectionReport } from "../../src/local/start-stand-in.ts";
import { startLocal, wireLocal } from "../../src/wiring/local.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const account = { region: "us-east-1", accountId: "123456789012" };
const profile = 'name: sensor\nthing:\n  name: "${cn}"\npolicy:\n  publish: ["dt/${thingName}"]\n';

async function start(stateFolder: string, wanted?: typeof account) {
  const reports: ConnectionReport[] = [];
  const cloud = await startLocal({
    stateFolder,
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    ...(wanted && { account: wanted }),
    onConnection: (report) => reports.push(report),
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  onTestFinished(() => cloud.close());
  const { endpoints, useCases } = await wireLocal({ stateFolder, actor: "operator:test" });
  const iot = new IoT({
    endpoint: endpoints.iot,
    region: endpoints.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  onTestFinished(() => iot.destroy());
  const serverCaPem = readFileSync(endpoints.serverCa, "utf8");
  return { cloud, iot, reports, operator: useCases, device: { mqtt: endpoints.mqtt, serverCaPem } };
}

test("a device gets in under another region and account, also after a restart without them", {
  timeout: 60_000,
}, async () => {
  const stateFolder = temporaryFolder();
  const first = await start(stateFolder, account);
  const { cloud, operator } = first;
  expect(cloud.endpoints).toMatchObject(account);
  const ca = await createCa({ name: "Acme CA" });
  await operator.manufacturers.add("acme", "Acme");
  await operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme" });
  await operator.applyProfile(profile);
  const certificate = await issueLeaf(ca, { subject: "CN=lamp" });
  const device = { thingName: "lamp", tlsVersion: "TLSv1.3", certificate } as const;
  await operator.importCertificates({
    manufacturer: "acme",
    profile: "sensor",
    files: [{ source: "lamp", bytes: certificate.der }],
  });
  const connected = await untilAccepted(() => connectDevice(device, first.device));
  expect(await connected.session.publish("dt/lamp")).toBe("allowed");
  await connected.session.close();
  await cloud.close();

  const again = await start(stateFolder);
  expect(again.cloud.endpoints).toMatchObject(account);
  const { session } = await untilAccepted(() => connectDevice(device, again.device));
  await session.close();
});

test("a policy of another region is named where it would have let the device in", async () => {
  const { iot, reports, device } = await start(temporaryFolder());
  const ca = await createCa({ name: "Acme CA" });
  const certificate = await issueLeaf(ca, { subject: "CN=lamp" });
  const { certificateArn } = await iot.registerCertificateWithoutCA({
    certificatePem: certificate.pem,
    status: "ACTIVE",
  });
  const Resource = "arn:aws:iot:us-east-1:123456789012:client/*";
  await iot.createPolicy({
    policyName: "copied",
    policyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "iot:Connect", Resource },
    }),
  });
  await iot.attachPolicy({ policyName: "copied", target: certificateArn });
  await connectDevice({ thingName: "lamp", tlsVersion: "TLSv1.3", certificate }, device);
  expect(reports.at(-1)).toMatchObject({
    outcome: "CONNECT_DENIED",
    sentence: expect.stringContaining(
      "iot:Connect on lamp, implicit-deny, looked at policy copied; policy copied allows it in us-east-1 of account 123456789012 only; here it is local-1 of 000000000000",
    ),
  });
});

/** The onboarding takes a moment. */
async function untilAccepted(connect: () => Promise<Connect>) {
  for (;;) {
    const connected = await connect();
    if (connected.result === "accepted") return connected;
  }
}
