import { MusterError } from "../rules/errors.ts";

/** What a function is told by its environment. */
export interface FunctionConfig {
  readonly stage: string;
  readonly region: string;
  readonly ledgerTable: string;
  readonly auditTable: string;
  /** How often the queue delivers a message before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

/** @throws MusterError CONFIGURATION_INVALID naming the variables that are missing. */
export function readFunctionConfig(env: NodeJS.ProcessEnv = process.env): FunctionConfig {
  const names = {
    stage: "MUSTER_STAGE",
    region: "AWS_REGION",
    ledgerTable: "MUSTER_LEDGER_TABLE",
    auditTable: "MUSTER_AUDIT_TABLE",
  } as const;
  checkSet(env, Object.values(names));
  return {
    stage: env[names.stage] ?? "",
    region: env[names.region] ?? "",
    ledgerTable: env[names.ledgerTable] ?? "",
    auditTable: env[names.auditTable] ?? "",
    maxReceiveCount: Number(env["MUSTER_MAX_RECEIVE_COUNT"] ?? "5"),
  };
}

/** @throws MusterError CONFIGURATION_INVALID naming the variables that are missing or empty. */
export function checkSet(env: NodeJS.ProcessEnv, names: readonly string[]): void {
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0) return;
  throw new MusterError("CONFIGURATION_INVALID", `Not set: ${missing.join(", ")}.`, {
    details: { missing },
  });
}
