import { join } from "node:path";
import { type FunctionSurroundings, toFunctionEnvironment } from "./function-environment.ts";
import { type FunctionHost, startFunction } from "./function-host.ts";
import { type FunctionName, functionNames } from "./function-names.ts";

/** Each is loaded when it is first called or made ready. */
export type LocalFunctions = Readonly<Record<FunctionName, Omit<FunctionHost, "close">>> & {
  /** Loads what people and manufacturers are going to wait for, one after the other. */
  readonly preload: () => Promise<void>;
  readonly close: () => Promise<void>;
};

interface FunctionSettings {
  /** As in serverless.yml. */
  readonly timeoutMs: number;
  readonly maxThreads: number;
}

/** One at a time decides on devices, under AWS's quotas. */
const settings: Readonly<Record<FunctionName, FunctionSettings>> = {
  onboard: { timeoutMs: 30_000, maxThreads: 1 },
  heal: { timeoutMs: 300_000, maxThreads: 1 },
  authorize: { timeoutMs: 9_000, maxThreads: 1 },
  api: { timeoutMs: 29_000, maxThreads: 2 },
  ingest: { timeoutMs: 600_000, maxThreads: 2 },
};

export const ingestSettings = settings.ingest;

/** Puts the functions of `functions/` into threads of this process. */
export function startFunctions(
  stateFolder: string,
  surroundings: FunctionSurroundings,
): LocalFunctions {
  const host = (name: FunctionName): FunctionHost =>
    startFunction({
      name,
      entry: new URL(`../../functions/${name}.ts`, import.meta.url),
      env: toFunctionEnvironment(name, surroundings),
      logFile: join(stateFolder, "log", `${name}.log`),
      ...settings[name],
    });
  const hosts = {
    onboard: host("onboard"),
    heal: host("heal"),
    authorize: host("authorize"),
    api: host("api"),
    ingest: host("ingest"),
  };
  return {
    ...hosts,
    preload: async () => {
      await Promise.all([hosts.authorize.ready(), hosts.api.ready()]);
      await hosts.ingest.ready();
    },
    close: async () => {
      await Promise.all(functionNames.map((name) => hosts[name].close()));
    },
  };
}
