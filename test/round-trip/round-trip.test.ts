import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { pushBatch } from "../../src/cli/batch/push-batch.ts";
import { connectDevice } from "../../src/cli/demo/device.ts";
import { createSample, type SampleDevice } from "../../src/formats/sample/create-sample.ts";
import type { SampleFormat } from "../../src/formats/sample/sample-format.ts";
import { allSamples } from "../../src/formats/sample/sample-formats.ts";
import type { LocalCloud } from "../../src/local/start-local-cloud.ts";
import { toCertificateId } from "../../src/rules/certificate/to-certificate-id.ts";
import { type LocalTarget, startLocal, wireLocal } from "../../src/wiring/local.ts";
import { findApiCloud } from "../e2e/api-cloud.ts";

/** What the machine may take under load; nothing here depends on it. */
const patience = { timeout: 60_000, interval: 50 };

/** Formats that have no ids: their devices are named by their certificates. */
const withoutIds = [
  "infineon-pem",
  "pem",
  "pem-chain",
  "der",
  "pkcs7",
  "pkcs7-ber",
  "pkcs7-pem",
  "base64-list",
  "base64-pem-list",
];

const toProfile = (name: string, thingName: string) => `
name: ${name}
thing: { name: "${thingName}" }
policy: { publish: ["dt/\${thingName}"] }
`;

const stateFolder = mkdtempSync(join(tmpdir(), "muster-round-trip-"));
let cloud: LocalCloud;
let target: LocalTarget;
let api: Awaited<ReturnType<typeof findApiCloud>>;

beforeAll(async () => {
  cloud = await startLocal({
    stateFolder,
    ports: { mqtt: 0, iot: 0, dynamodb: 0, api: 0 },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  target = await wireLocal({ stateFolder, actor: "operator:test" });
  api = await findApiCloud(stateFolder);
  await target.useCases.applyProfile(toProfile("by-id", "${manufacturer}-${deviceId}"));
  await target.useCases.applyProfile(toProfile("by-name", "${manufacturer}-${cn}"));
});
afterAll(async () => {
  await cloud.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

/** Makes a manifest, of whose devices the first has a key. */
function make(format: SampleFormat) {
  const devices: SampleDevice[] = [];
  const count = Math.min(3, format.maxCount ?? 3);
  const onDevice = (device: SampleDevice) => devices.push(device);
  // AWS IoT takes no more than ten CAs of one name.
  const ca = [...format.profile.ca, ["OU", format.name] as const];
  const own = { ...format, profile: { ...format.profile, ca } };
  const { chunks, pki } = createSample({ format: own, count, keys: 1, now: new Date(), onDevice });
  const path = join(stateFolder, `${format.name}${format.ending}`);
  writeFileSync(path, Buffer.concat([...chunks]));
  const [device] = devices;
  if (device === undefined) throw new Error("A device was to have a key.");
  return { path, count, device, pki };
}

/** Pushes as `muster batch push` does: over HTTP, with a token of the manufacturer. */
async function push(format: SampleFormat, path: string, profile: string) {
  const token = await api.tokenOf("manufacturer", format.name);
  const map = Object.entries(format.mapping ?? {}).map(([field, column]) => `${column}=${field}`);
  return pushBatch({
    path,
    options: {
      profile,
      map,
      wait: true,
      ...(format.dataObject && { dataObject: format.dataObject }),
    },
    settings: { url: api.endpoints.api, token, profile: undefined },
    show: false,
    signal: AbortSignal.timeout(patience.timeout),
    onOpening: () => {},
    onOpened: () => {},
    onUploaded: () => {},
  });
}

test.concurrent.for(allSamples)(
  "$name: made, pushed over the API, and a device of it is in",
  { timeout: 90_000 },
  async (format, { expect: expectOf }) => {
    const { path, count, device, pki } = make(format);
    const { useCases, access } = target;
    await useCases.manufacturers.add(format.name, format.title.slice(0, 60));
    await useCases.registerCa({ ca: pki.ca.der, mode: "SNI_ONLY", manufacturer: format.name });
    if (pki.signer) await access.signers.add(format.name, pki.signer.der);

    const isNamed = !withoutIds.includes(format.name);
    const { batch, firstRefused } = await push(format, path, isNamed ? "by-id" : "by-name");
    expectOf({ status: batch.status, added: batch.counts.added, firstRefused }).toEqual({
      status: "completed",
      added: count,
      firstRefused: [],
    });

    const certificate = new X509Certificate(device.certificatePem);
    const [, commonName = ""] = /CN=(.+)$/m.exec(certificate.subject) ?? [];
    const thingName = `${format.name}-${isNamed ? device.deviceId : commonName}`;
    const connect = () =>
      connectDevice(
        {
          thingName,
          tlsVersion: "TLSv1.3",
          certificate: { pem: device.certificatePem, privateKeyPem: device.privateKeyPem },
        },
        api.device,
      );
    expectOf((await connect()).result).toBe("refused");
    const certificateId = toCertificateId(certificate.raw);
    const readState = async () => (await useCases.readRecord(certificateId)).state;
    await expectOf.poll(async () => (await readState())?.status, patience).toBe("admitted");
    expectOf(await readState()).toMatchObject({ thingName });

    const later = await connect();
    if (later.result !== "accepted") throw new Error("An admitted device was refused.");
    expectOf(await later.session.publish(`dt/${thingName}`)).toBe("allowed");
    await later.session.close();
  },
);
