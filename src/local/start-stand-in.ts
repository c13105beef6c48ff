import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { IotCoreError } from "../iot-core/iot-core-error.ts";
import type { IotCoreStatus } from "../iot-core/iot-core-status.ts";
import type { ConnectionAttempt } from "../iot-core/listener/connection-attempt.ts";
import {
  createServerIdentity,
  type ServerIdentity,
} from "../iot-core/listener/create-server-identity.ts";
import { startIotCore } from "../iot-core/start-iot-core.ts";
import type { DroppedMessage } from "../iot-core/topic-rules/deliver-messages.ts";
import type { FindUndeliverable, RuleTargets } from "../iot-core/topic-rules/topic-rule.ts";
import { MusterError, type MusterErrorCode } from "../rules/errors.ts";
import { stateDamaged } from "./state-damaged.ts";
import type { TopicRulePayload } from "./topic-rule.ts";

/** What the stand-in saw of one device. */
export type ConnectionReport = ConnectionAttempt;

/** What the stand-in holds and does. */
export type StandInStatus = IotCoreStatus;

/** How far the stand-in goes in being like AWS. */
export interface StandInBehaviour {
  /** Of AWS's default quotas: 1 as they are, 0 for none, which is the default. */
  readonly quotaScale?: number;
  /** How late changes of policies and statuses reach connections; on AWS it takes minutes. */
  readonly propagationDelayMs?: number;
  readonly maxTlsVersion?: "TLSv1.2" | "TLSv1.3";
}

export interface StandInOptions {
  readonly stateFolder: string;
  readonly region: string;
  readonly accountId: string;
  /** Host name that devices send as SNI. */
  readonly serverName: string;
  readonly ports: { readonly mqtt: number; readonly iot: number };
  readonly behaviour?: StandInBehaviour | undefined;
  /** Is there, as given, before the first device connects. */
  readonly topicRule: TopicRulePayload;
  readonly targets: RuleTargets;
  readonly findUndeliverable: FindUndeliverable;
  /** Takes a message that neither a rule's actions nor its error action could be done for. */
  readonly onDropped: (message: DroppedMessage) => void;
  /** Called when deliveries end because the state cannot be read or written. */
  readonly onFailure: (reason: string) => void;
  readonly onConnection: (report: ConnectionReport) => void;
  readonly now: () => Date;
}

export interface StandIn {
  readonly url: string;
  readonly mqttPort: number;
  /** Path of the CA certificate that devices check the server by. */
  readonly serverCa: string;
  readonly status: () => StandInStatus;
  readonly close: () => Promise<void>;
}

/**
 * Starts the stand-in for AWS IoT Core: its API and its device endpoint.
 *
 * @throws MusterError PORT_IN_USE, STATE_IN_USE, STATE_DAMAGED
 */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { stateFolder, region, accountId, serverName, ports } = options;
  const { topicRule, targets, findUndeliverable, onConnection, onDropped, onFailure, now } =
    options;
  const { maxTlsVersion, ...behaviour } = options.behaviour ?? {};
  const files = toIdentityFiles(stateFolder);
  const server = await readOrCreateIdentity(files, [serverName, "127.0.0.1"]);
  const stateFile = join(stateFolder, "iot-core.sqlite");
  try {
    const iotCore = await startIotCore({
      stateFile,
      controlPlanePort: ports.iot,
      identity: { accountId, region, endpointAddress: serverName },
      now,
      topicRules: [topicRule],
      targets,
      findUndeliverable,
      deliveries: {
        onDropped,
        onFailure: (error) => onFailure(`The stand-in's state failed: ${String(error)}`),
      },
      ...behaviour,
      listener: {
        port: ports.mqtt,
        server,
        report: onConnection,
        ...(maxTlsVersion && { maxTlsVersion }),
      },
    });
    return {
      url: iotCore.controlPlaneUrl,
      mqttPort: iotCore.listener?.port ?? ports.mqtt,
      serverCa: resolve(files.caPem),
      status: () => iotCore.status(),
      close: () => iotCore.close(),
    };
  } catch (error) {
    throw error instanceof IotCoreError ? toMusterError(error, stateFile) : error;
  }
}

type IdentityFiles = Readonly<Record<keyof ServerIdentity, string>>;

function toIdentityFiles(stateFolder: string): IdentityFiles {
  return {
    caPem: join(stateFolder, "server-ca.pem"),
    certificatePem: join(stateFolder, "server-certificate.pem"),
    keyPem: join(stateFolder, "server-key.pem"),
  };
}

/** Devices that were told to trust the server's CA go on trusting it, unless a file is damaged. */
async function readOrCreateIdentity(
  files: IdentityFiles,
  hosts: readonly string[],
): Promise<ServerIdentity> {
  if (Object.values(files).every((file) => existsSync(file))) {
    const read = (file: string) => readFileSync(file, "utf8");
    const identity = {
      caPem: read(files.caPem),
      certificatePem: read(files.certificatePem),
      keyPem: read(files.keyPem),
    };
    if (isWhole(identity)) return identity;
  }
  const identity = await createServerIdentity(hosts);
  writeFileSync(files.keyPem, identity.keyPem, { mode: 0o600 });
  writeFileSync(files.certificatePem, identity.certificatePem);
  writeFileSync(files.caPem, identity.caPem);
  return identity;
}

function isWhole({ caPem, certificatePem, keyPem }: ServerIdentity): boolean {
  try {
    const certificate = new X509Certificate(certificatePem);
    return (
      certificate.checkPrivateKey(createPrivateKey(keyPem)) &&
      certificate.verify(new X509Certificate(caPem).publicKey)
    );
  } catch {
    return false;
  }
}

const codes: Readonly<
  Record<Exclude<IotCoreError["code"], "IOT_CORE_STATE_DAMAGED">, MusterErrorCode>
> = {
  IOT_CORE_STATE_IN_USE: "STATE_IN_USE",
  PORT_IN_USE: "PORT_IN_USE",
};

function toMusterError(error: IotCoreError, stateFile: string): MusterError {
  if (error.code === "IOT_CORE_STATE_DAMAGED") return stateDamaged(stateFile, error);
  return new MusterError(codes[error.code], error.message, { cause: error });
}
