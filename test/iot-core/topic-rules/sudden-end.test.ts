import { type ChildProcess, fork } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connectDevice } from "../../../src/cli/demo/device.ts";
import { createServerIdentity } from "../../../src/iot-core/listener/create-server-identity.ts";
import { createJudgeCertificate } from "../../../src/iot-core/listener/judge-certificate.ts";
import { openRegistry } from "../../../src/iot-core/registry.ts";
import { startIotCore } from "../../../src/iot-core/start-iot-core.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { createClient, identity } from "../support.ts";
import type { KilledStandInMessage, KilledStandInOptions } from "./killed-stand-in.ts";
import { createTargets, roleArn } from "./support.ts";

const sql = "SELECT * FROM '$aws/events/certificates/registered/+'";
const sqs = { queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", roleArn };

test("the event of a registration arrives after the process was killed before it was delivered", async () => {
  const stateFile = join(temporaryFolder(), "iot-core.sqlite");
  const server = await createServerIdentity([identity.endpointAddress, "localhost"]);
  const child = startProcess({ stateFile, identity, server });
  const started = await nextOf(child);
  if ("body" in started) throw new Error("a message before the start");
  const ca = await createCa({ name: "Acme" });
  const leaf = await issueLeaf(ca, { subject: "CN=lamp" });
  const iot = createClient(started.url);
  await iot.createTopicRule({ ruleName: "one", topicRulePayload: { sql, actions: [{ sqs }] } });
  await iot.registerCACertificate({
    caCertificate: ca.pem,
    certificateMode: "SNI_ONLY",
    setAsActive: true,
    allowAutoRegistration: true,
  });
  iot.destroy();

  const mqtt = { host: "127.0.0.1", port: started.port, serverName: "localhost" };
  const device = { thingName: "lamp", tlsVersion: "TLSv1.3", certificate: leaf } as const;
  const event = nextOf(child);
  await connectDevice(device, { mqtt, serverCaPem: server.caPem });
  const sent = await event;
  child.kill("SIGKILL");
  await once(child, "exit");

  const { targets, until } = createTargets();
  const options = { stateFile, identity, targets, controlPlanePort: 0, now: () => new Date() };
  const iotCore = await startIotCore(options);
  onTestFinished(() => iotCore.close());
  const [[target, body] = []] = await until(1);
  expect({ target, body }).toEqual({ target: "inbox", ...sent });
  expect(JSON.parse(String(body))).toMatchObject({ certificateId: leaf.certificateId });
  const status = () => iotCore.status();
  await expect
    .poll(() => status().rules)
    .toEqual([{ name: "one", isDisabled: false, pendingDeliveries: 0 }]);
  expect(status().certificatesByStatus.PENDING_ACTIVATION).toBe(1);
});

test("a certificate is not registered when its event cannot be noted down", async () => {
  const registry = openRegistry(":memory:");
  onTestFinished(() => registry.close());
  const ca = await createCa({ name: "Acme" });
  const leaf = await issueLeaf(ca, { subject: "CN=lamp" });
  const now = new Date();
  registry.tables.caCertificates.add({
    certificateId: ca.certificateId,
    certificatePem: ca.pem,
    status: "ACTIVE",
    autoRegistrationStatus: "ENABLE",
    certificateMode: "SNI_ONLY",
    creationDate: now,
    lastModifiedDate: now,
    customerVersion: 1,
  });
  const told: string[] = [];
  const deps = { ...registry, identity, now: () => now, quotas: { take: () => true } };
  const judge = createJudgeCertificate({
    ...deps,
    publishEvent: () => {
      registry.afterCommit(() => told.push("too early"));
      throw new Error("disk full");
    },
  });
  const certificate = new X509Certificate(leaf.pem);
  expect(() => judge(certificate, "TLSv1.3")).toThrow("disk full");
  expect(registry.findCertificate(leaf.certificateId)).toBeUndefined();
  const judgeAgain = createJudgeCertificate({
    ...deps,
    publishEvent: ({ topic }) => registry.afterCommit(() => told.push(topic)),
  });
  expect(judgeAgain(certificate, "TLSv1.3")).toEqual({ outcome: "REGISTERED" });
  expect(told).toEqual([`$aws/events/certificates/registered/${ca.certificateId}`]);
});

function startProcess(options: KilledStandInOptions): ChildProcess {
  const child = fork(join(import.meta.dirname, "killed-stand-in.ts"), [JSON.stringify(options)]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function nextOf(child: ChildProcess): Promise<KilledStandInMessage> {
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => {
      throw new Error("the process ended");
    }),
  ]);
  return message as KilledStandInMessage;
}
