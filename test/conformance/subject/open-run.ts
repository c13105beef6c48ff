import { randomBytes } from "node:crypto";
import type { IoT } from "@aws-sdk/client-iot";
import type { ServiceModel } from "../../support/service-model.ts";
import type { Target } from "../targets/target.ts";
import { type CallDataPlane, createDataPlane } from "./create-data-plane.ts";
import { createIotClient, toMaxAttempts } from "./create-iot-client.ts";
import { createPace, type Pace } from "./create-pace.ts";
import { findPlace } from "./find-place.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { createIdleJournal, type Journal, namePrefix, openJournal } from "./journal.ts";
import { noteCall } from "./note-call.ts";
import type { Device } from "./subject.ts";

export interface ServiceModels {
  readonly iot: ServiceModel;
  readonly iotData: ServiceModel;
}

/** What the cases of one run share. */
export interface Run {
  readonly target: Target;
  readonly journal: Journal;
  /** Of all names. */
  readonly prefix: string;
  readonly accountId: string;
  readonly partition: string;
  readonly endpointAddress: string;
  /** Allows everything under the suite's names. */
  readonly policyName: string;
  /** Sees everything that is published under the suite's names and on event topics. */
  readonly watcher: Device;
  readonly connectPace: Pace;
  readonly clients: (onProblem: (problem: string) => void) => Clients;
}

interface Clients {
  readonly iot: IoT;
  readonly data: CallDataPlane;
}

/** Begins a run: finds out whom it speaks to, and makes what its cases share. */
export async function openRun(asked: Target, models: ServiceModels): Promise<Run> {
  const runId = randomBytes(4).toString("hex");
  const journal = asked.endsWithRun ? createIdleJournal(runId) : openJournal(runId);
  const prefix = `${namePrefix}${runId}`;
  const pace = createPace(1000 / (asked.callsPerSecond ?? Number.POSITIVE_INFINITY));
  const iotWith = (onProblem: (problem: string) => void) =>
    createIotClient({
      target: asked,
      model: models.iot,
      pace,
      onProblem,
      onCall: noteCall(journal),
    });
  // Cases look at the answers; here they are only needed.
  const iot = iotWith(() => {});
  const { partition, region, accountId } = await findPlace(asked, { iot, prefix, journal });
  const target = { ...asked, region };
  const { endpointAddress = "" } = await iot.describeEndpoint({ endpointType: "iot:Data-ATS" });

  const identity = await issueCertificate({ subject: `CN=${prefix}-watcher` });
  const { certificateArn = "" } = await iot.registerCertificateWithoutCA({
    certificatePem: identity.pem,
    status: "ACTIVE",
  });
  const policyName = `${prefix}-everything`;
  const policyDocument = toEverythingDocument(
    `arn:${partition}:iot:${region}:${accountId}`,
    prefix,
  );
  await iot.createPolicy({ policyName, policyDocument });
  await iot.attachPolicy({ policyName, target: certificateArn });

  const dataEndpoint = target.dataEndpoint ?? `https://${endpointAddress}`;
  return {
    target,
    journal,
    prefix,
    accountId,
    partition,
    endpointAddress,
    policyName,
    watcher: { ...identity, arn: certificateArn },
    connectPace: createPace(target.connectSpacingMs),
    clients: (onProblem) => ({
      iot: iotWith(onProblem),
      data: createDataPlane({
        endpoint: dataEndpoint,
        region,
        credentials: () => iot.config.credentials(),
        model: models.iotData,
        pace,
        maxAttempts: toMaxAttempts(asked),
        onProblem,
      }),
    }),
  };
}

/** Nothing beyond the suite's names and AWS's event topics, should a key get about. */
function toEverythingDocument(arnStart: string, prefix: string): string {
  const filters = ["topicfilter", "topic"].flatMap((type) => [
    `${arnStart}:${type}/${prefix}*`,
    `${arnStart}:${type}/$aws/events/*`,
  ]);
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iot:Connect",
        Resource: `${arnStart}:client/${prefix}*`,
      },
      {
        Effect: "Allow",
        Action: ["iot:Publish", "iot:RetainPublish", "iot:Receive", "iot:Subscribe"],
        Resource: [...filters, `${arnStart}:topicfilter/$share/*`],
      },
    ],
  });
}
