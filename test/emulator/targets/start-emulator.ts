import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { findFreePort } from "../../../src/local/ports.ts";
import { greetDeviceEndpoint, ministackLauncher } from "../../support/ministack-devices.ts";
import { runMinistack, startAgain } from "../../support/run-ministack.ts";
import { adaptArtifact } from "../adapt-artifact.ts";
import type { Target } from "./target.ts";

/** The one of AWS's examples. */
const accountId = "123456789012";
const host = "localhost";

/**
 * Starts MiniStack on loopback, as much like AWS as it can be: it speaks HTTPS, which the policies of
 * buckets and queues demand, and asks the policies of users, roles and resources what each call may do.
 * The functions run under the Node.js that runs this.
 *
 * @param python of a virtual environment that holds MiniStack and the `aws` command.
 * @param folder for what it needs on disk; the caller's to remove.
 */
export async function startEmulator(python: string, folder: string): Promise<Target> {
  const tls = writeServerCertificate(folder);
  const path = [dirname(process.execPath), dirname(python), process.env["PATH"]].join(delimiter);
  const { close, devicePort, ...emulator } = await startAgain(() => start(python, path, tls));
  const deviceCa = join(folder, "device-endpoint-ca.pem");
  try {
    const ca = new X509Certificate(await greetDeviceEndpoint(devicePort));
    writeFileSync(deviceCa, ca.toString());
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: "emulator",
    region: emulator.region,
    trusted: tls.certificate,
    env: {
      PATH: path,
      HOME: folder,
      LANG: "C.UTF-8",
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: emulator.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulator.credentials.secretAccessKey,
      AWS_REGION: emulator.region,
      AWS_DEFAULT_REGION: emulator.region,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CA_BUNDLE: tls.certificate,
      NODE_EXTRA_CA_CERTS: tls.certificate,
    },
    patienceMs: 180_000,
    adapt: adaptArtifact,
    findDeviceEndpoint: async () => ({
      host,
      port: devicePort,
      trust: ["--cafile", deviceCa],
    }),
    [Symbol.asyncDispose]: close,
  };
}

type Tls = ReturnType<typeof writeServerCertificate>;

async function start(python: string, path: string, tls: Tls) {
  const devicePort = await findFreePort();
  const emulator = await runMinistack({
    program: python,
    args: ["-c", ministackLauncher],
    tls,
    env: {
      PATH: path,
      AUTH: "true",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      MINISTACK_ACCOUNT_ID: accountId,
      MINISTACK_HOST: host,
      IOT_MTLS_PORT: String(devicePort),
    },
    isReady: async () => (await greetDeviceEndpoint(devicePort)).length > 0,
  });
  return { ...emulator, devicePort };
}

/** MiniStack's own has no names of APIs. */
function writeServerCertificate(folder: string) {
  const certificate = join(folder, "server.pem");
  const key = join(folder, "server.key");
  const names = [`DNS:${host}`, `DNS:*.execute-api.${host}`, "IP:127.0.0.1"].join(",");
  const request = "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 7";
  const words = ["-subj", "/CN=emulator", "-addext", `subjectAltName=${names}`];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", [...request.split(" "), ...words, ...files], { stdio: "ignore" });
  return { certificate, key };
}
