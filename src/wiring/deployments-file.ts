import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { MusterError } from "../rules/errors.ts";

const shape = z.object({
  version: z.literal(1),
  stage: z.string(),
  region: z.string(),
  accountId: z.string(),
  stackName: z.string(),
  apiUrl: z.string(),
  /** Where devices connect to. */
  iotEndpoint: z.string().optional(),
  bucket: z.string(),
  ledgerTable: z.string(),
  auditTable: z.string(),
  /** ISO 8601. */
  deployedAt: z.string(),
});

/** Where a stage is, as its last deployment from this folder noted it. No secrets. */
export type Deployment = z.output<typeof shape>;

/** Beside the local cloud's state, which is not touched. */
export function toDeploymentFile(stage: string): string {
  return join(".muster", "deployments", `${stage}.json`);
}

/** @returns undefined where the stage was not deployed from here. @throws MusterError STATE_DAMAGED */
export function readDeployment(stage: string): Deployment | undefined {
  const file = toDeploymentFile(stage);
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new MusterError("STATE_DAMAGED", `${file} cannot be read. Remove it, and deploy again.`, {
      cause: error,
    });
  }
}

/** @returns the file. */
export function writeDeployment(deployment: Deployment): string {
  const file = toDeploymentFile(deployment.stage);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(deployment, null, 2)}\n`);
  return file;
}
