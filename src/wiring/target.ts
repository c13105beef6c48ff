import { userInfo } from "node:os";
import { createSendEvents, type SendEvents } from "../access/audit/send-events.ts";
import { createClients } from "../aws/create-clients.ts";
import { createReadBetween, createReadChain } from "../aws/dynamodb/audit-store.ts";
import { readScope } from "../aws/dynamodb/read-scope.ts";
import { createEventBridgeClient } from "../aws/eventbridge/create-event-bridge-client.ts";
import { createPutEvents } from "../aws/eventbridge/put-events.ts";
import { MusterError } from "../rules/errors.ts";
import { type AccessUseCases, wireAccess } from "./access.ts";
import { readDeployment } from "./deployments-file.ts";
import { findLocal } from "./local.ts";
import { readLocalSettings } from "./local-settings.ts";
import { pauseAtTerminal } from "./onboarding.ts";
import { type OperatorUseCases, type OperatorWiring, wireOperator } from "./operator.ts";
import { toTables } from "./to-tables.ts";

/** Where a command does its work, as flags say; the environment fills in. */
export interface TargetFlags {
  readonly stage?: string;
  readonly region?: string;
  readonly state?: string;
}

/**
 * Puts the operator's use cases together: on AWS when a stage is named, else on the local cloud.
 *
 * @throws MusterError LOCAL_CLOUD_NOT_RUNNING, STATE_DAMAGED, CONFIGURATION_INVALID, STAGE_UNKNOWN
 */
export async function wireTarget(
  flags: TargetFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<OperatorUseCases> {
  return wireOperator(await findTarget(flags, env));
}

/** Puts together who may call the API. @throws MusterError as `wireTarget` */
export async function wireAccessTarget(
  flags: TargetFlags,
  env: NodeJS.ProcessEnv = process.env,
): Promise<AccessUseCases> {
  return wireAccess(await findTarget(flags, env));
}

/**
 * Puts together the sending of events of a stage once more, on a bus of this name or the stage's own.
 *
 * @throws MusterError CONFIGURATION_INVALID where no stage is named, and as `wireTarget`.
 */
export async function wireEventsTarget(
  { bus, ...flags }: TargetFlags & { readonly bus?: string },
  env: NodeJS.ProcessEnv = process.env,
): Promise<SendEvents> {
  const stage = flags.stage ?? env["MUSTER_STAGE"];
  if (!stage) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      "The local cloud has no event bus. Say --stage <stage>.",
    );
  }
  const region = flags.region ?? readRegion(stage, env);
  const tables = toTables(await findTarget({ ...flags, stage, region }, env));
  return createSendEvents({
    stage,
    putEvents: createPutEvents({
      client: createEventBridgeClient({ region }),
      bus: bus ?? `muster-${stage}`,
    }),
    readSubject: async (subject) => (await createReadChain(tables)(subject)).records,
    readBetween: createReadBetween(tables),
  });
}

async function findTarget(flags: TargetFlags, env: NodeJS.ProcessEnv): Promise<OperatorWiring> {
  const actor = `operator:${env["MUSTER_OPERATOR"] || userName()}`;
  const stage = flags.stage ?? env["MUSTER_STAGE"];
  if (stage) return findStage(stage, flags.region ?? readRegion(stage, env), actor);
  const { stateFolder } = readLocalSettings(flags, env);
  const { wiring } = await findLocal({ stateFolder, actor }, env);
  return wiring;
}

async function findStage(stage: string, region: string, actor: string): Promise<OperatorWiring> {
  const clients = createClients({ region });
  const ledgerTable = `muster-${stage}-ledger`;
  const auditTable = `muster-${stage}-audit`;
  const tables = { client: clients.dynamodb, ledger: ledgerTable, audit: auditTable };
  // First of all, so that every command says the same of a stage or a sign-in that is not there.
  const scope = await readScope(tables).catch((error: unknown) => {
    throw toSignInError(error);
  });
  return {
    clients,
    ledgerTable,
    auditTable,
    actor,
    stage,
    pause: pauseAtTerminal,
    scope: async () => scope,
  };
}

function toSignInError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "CredentialsProviderError") return error;
  return new MusterError(
    "CONFIGURATION_INVALID",
    "There are no AWS credentials. Sign in to AWS first, for example with: aws sso login. Without --stage, commands go to the local cloud.",
    { cause: error },
  );
}

/** Where nobody says it, a stage that was deployed from this folder is where it was deployed to. */
function readRegion(stage: string, env: NodeJS.ProcessEnv): string {
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || readDeployment(stage)?.region;
  if (region) return region;
  throw new MusterError(
    "CONFIGURATION_INVALID",
    "No AWS region: say --region <region>, or set AWS_REGION.",
  );
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
