import { readDeployment, toDeploymentFile } from "../../src/wiring/deployments-file.ts";
import type { AccountSurvey } from "./account-survey.ts";
import { createDeployClients, type DeployClients } from "./aws-clients.ts";
import { checkNames } from "./check-names.ts";
import type { DeploySettings } from "./check-settings.ts";
import { judgeAccount } from "./judge-account.ts";
import { type Finding, stops } from "./preflight-codes.ts";
import { type Caller, readCaller, surveyAccount } from "./survey-account.ts";
import { listNames, type Template } from "./template-names.ts";

/** What was found, and with what one goes on; nothing of an account where it did not come so far. */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly clients?: DeployClients;
  readonly survey?: AccountSurvey;
}

/** Looks for all that is in the way of deploying a template. Nothing is changed. */
export async function runPreflight(
  { stage, region }: Pick<DeploySettings, "stage" | "region">,
  template: Template,
): Promise<Preflight> {
  // As long as any account's.
  const findings = checkNames(listNames(template, { accountId: "0".repeat(12), region }));
  if (stops(findings)) return { findings };
  const clients = createDeployClients(region);
  const caller = await findCaller(clients);
  if ("code" in caller) return { findings: [...findings, caller] };
  findings.push(...checkPlace(stage, { region, accountId: caller.accountId }));
  if (stops(findings)) return { findings, clients };
  const stackName = `muster-${stage}`;
  const survey = await surveyAccount(clients, caller, { stackName, region, template });
  return { findings: [...findings, ...judgeAccount(survey, stage, template)], clients, survey };
}

async function findCaller(clients: DeployClients): Promise<Caller | Finding> {
  try {
    return await readCaller(clients);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isMissing = /^(CredentialsProviderError|CredentialsError)$/.test(error.name);
    const code = isMissing ? "CREDENTIALS_MISSING" : "CREDENTIALS_REFUSED";
    return { code, field: "credentials", message: `${error.name}: ${error.message}` };
  }
}

function checkPlace(
  stage: string,
  { region, accountId }: { readonly region: string; readonly accountId: string },
): Finding[] {
  const known = readDeployment(stage);
  if (!known || (known.region === region && known.accountId === accountId)) return [];
  const message = `${toDeploymentFile(stage)} has the stage "${stage}" in ${known.region} of account ${known.accountId}; this would be ${region} of account ${accountId}.`;
  return [{ code: "DEPLOYED_ELSEWHERE", field: "region", message }];
}
