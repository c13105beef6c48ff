import { MusterError } from "../../rules/errors.ts";
import { type ApiFlags, readLocalApiUrl, toBaseUrl } from "../../wiring/api-settings.ts";
import { type Deployment, readDeployment } from "../../wiring/deployments-file.ts";
import type { TargetFlags } from "../../wiring/target.ts";

export interface SetupTarget {
  readonly flags: TargetFlags;
  /** Of the API, as tokens are kept for it. */
  readonly url: string;
  /** Where devices connect to, where that is known. */
  readonly iotEndpoint?: string;
}

/**
 * Finds the deployment to set up: the local cloud, or a stage, of which the last deployment from this
 * folder noted where it is.
 *
 * @throws MusterError CONFIGURATION_INVALID, LOCAL_CLOUD_NOT_RUNNING, STATE_DAMAGED
 */
export async function findSetupTarget(flags: ApiFlags): Promise<SetupTarget> {
  const { stage } = flags;
  if (stage === undefined) {
    return { flags, url: toBaseUrl(flags.url ?? (await readLocalApiUrl(flags))) };
  }
  const deployment = readDeployment(stage);
  const url = toBaseUrl(flags.url ?? deployment?.apiUrl ?? missingUrl(stage));
  return {
    flags: { ...flags, ...toRegion(flags, deployment) },
    url,
    ...(deployment?.iotEndpoint !== undefined && { iotEndpoint: deployment.iotEndpoint }),
  };
}

function toRegion({ region }: TargetFlags, deployment: Deployment | undefined) {
  const named = region ?? deployment?.region;
  return named === undefined ? {} : { region: named };
}

function missingUrl(stage: string): never {
  throw new MusterError(
    "CONFIGURATION_INVALID",
    `Where is the API of "${stage}"? It was not deployed from this folder: give --url <url>, its stack's output ApiUrl.`,
    { details: { field: "url" } },
  );
}
