import type { LocalPorts } from "../local/start-local-cloud.ts";
import { MusterError } from "../rules/errors.ts";

export interface LocalSettings {
  readonly stateFolder: string;
  readonly ports: LocalPorts;
}

/** Side by side, and clear of what else developers run. */
const defaultPorts: LocalPorts = { mqtt: 8883, iot: 8884, dynamodb: 8885 };

/** Reads what the environment says about the local cloud; flags go before it. */
export function readLocalSettings(
  flags: { readonly state?: string; readonly ports?: Partial<LocalPorts> },
  env: NodeJS.ProcessEnv = process.env,
): LocalSettings {
  const { ports = {} } = flags;
  return {
    stateFolder: readFolder(flags.state, env),
    ports: {
      mqtt: ports.mqtt ?? readPort(env, "MUSTER_MQTT_PORT") ?? defaultPorts.mqtt,
      iot: ports.iot ?? readPort(env, "MUSTER_IOT_PORT") ?? defaultPorts.iot,
      dynamodb: ports.dynamodb ?? readPort(env, "MUSTER_DYNAMODB_PORT") ?? defaultPorts.dynamodb,
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

function readPort(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new MusterError("CONFIGURATION_INVALID", `${name} is no port: "${text}".`);
}
