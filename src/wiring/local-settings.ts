import type { LocalPorts } from "../local/check-ports.ts";
import type { LocalAccount } from "../local/local-account.ts";
import { MusterError } from "../rules/errors.ts";

export interface LocalSettings {
  readonly stateFolder: string;
  readonly ports: LocalPorts;
  /** What is not said is the state folder's. */
  readonly account: Partial<LocalAccount>;
}

/** Side by side, and clear of what else developers run. */
const defaultPorts: LocalPorts = { mqtt: 8883, iot: 8884, dynamodb: 8885, api: 8886 };

/** Reads what the environment says about the local cloud; flags go before it. */
export function readLocalSettings(
  flags: {
    readonly state?: string;
    readonly ports?: Partial<LocalPorts>;
    readonly account?: Partial<LocalAccount>;
  },
  env: NodeJS.ProcessEnv = process.env,
): LocalSettings {
  const { ports = {}, account = {} } = flags;
  checkAccount(account);
  return {
    stateFolder: readFolder(flags.state, env),
    account,
    ports: {
      mqtt: ports.mqtt ?? readPort(env, "MUSTER_MQTT_PORT") ?? defaultPorts.mqtt,
      iot: ports.iot ?? readPort(env, "MUSTER_IOT_PORT") ?? defaultPorts.iot,
      dynamodb: ports.dynamodb ?? readPort(env, "MUSTER_DYNAMODB_PORT") ?? defaultPorts.dynamodb,
      api: ports.api ?? readPort(env, "MUSTER_API_PORT") ?? defaultPorts.api,
    },
  };
}

/** An empty one would be the folder one stands in, whose files are somebody else's. */
function readFolder(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  if (flag !== undefined && flag.trim() === "") {
    throw new MusterError("CONFIGURATION_INVALID", "--state is empty. Give a folder.");
  }
  return flag ?? (env["MUSTER_STATE"]?.trim() ? env["MUSTER_STATE"] : ".muster");
}

/** All ARNs here begin with `arn:aws:`, so that those of other partitions would never fit. */
function checkAccount({ region, accountId }: Partial<LocalAccount>): void {
  if (region !== undefined && !/^[a-z]+(-[a-z]+)+-\d{1,2}$|^local-\d$/.test(region)) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      `--aws-region is no region: "${region}". Give one such as us-east-1.`,
    );
  }
  if (region !== undefined && /^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)-/.test(region)) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      `--aws-region ${region} is not of the partition "aws", which all ARNs of the local cloud are of.`,
    );
  }
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    throw new MusterError(
      "CONFIGURATION_INVALID",
      `--aws-account is no account: "${accountId}". Give its twelve digits.`,
    );
  }
}

function readPort(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new MusterError("CONFIGURATION_INVALID", `${name} is no port: "${text}".`);
}
