import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import * as z from "zod";
import { MusterError } from "../rules/errors.ts";
import { checkLoopback } from "./loopback.ts";
import { toStartCommand } from "./state-command.ts";

const shape = z.object({
  version: z.literal(1),
  pid: z.int().positive(),
  startedAt: z.string(),
  accountId: z.string(),
  region: z.string(),
  ledgerTable: z.string(),
  auditTable: z.string(),
  /** Base URLs for the AWS SDK. */
  iot: z.url(),
  dynamodb: z.url(),
  /** Base URL of the HTTP API. */
  api: z.url(),
  /** What tells how the local cloud stands. */
  inspect: z.url(),
  mqtt: z.object({ host: z.string(), port: z.int(), serverName: z.string() }),
  /** Path of the CA certificate that devices check the MQTT server by. */
  serverCa: z.string(),
});

/** Where a running local cloud is reached. */
export type Endpoints = z.output<typeof shape>;

const fileName = "endpoints.json";

/** Says that the local cloud is up; whoever reads sees all of it or nothing. */
export function writeEndpoints(stateFolder: string, endpoints: Endpoints): void {
  const file = join(stateFolder, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function removeEndpoints(stateFolder: string): void {
  rmSync(join(stateFolder, fileName), { force: true });
}

/**
 * Reads where the local cloud of a folder is reached, and makes sure that it is still there: after a
 * kill the file stays behind.
 *
 * @throws MusterError LOCAL_CLOUD_NOT_RUNNING, STATE_DAMAGED, ENDPOINT_NOT_LOCAL
 */
export async function readEndpoints(stateFolder: string): Promise<Endpoints> {
  const file = join(stateFolder, fileName);
  const endpoints = parseEndpoints(readText(file, stateFolder), file);
  checkLoopback(endpoints.iot);
  checkLoopback(endpoints.dynamodb);
  checkLoopback(endpoints.api);
  checkLoopback(endpoints.inspect);
  const { hostname, port } = new URL(endpoints.iot);
  if (!isAlive(endpoints.pid) || !(await answers(hostname, Number(port)))) {
    throw notRunning(stateFolder);
  }
  return endpoints;
}

function readText(file: string, stateFolder: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw notRunning(stateFolder);
    throw error;
  }
}

function parseEndpoints(text: string, file: string): Endpoints {
  try {
    return shape.parse(JSON.parse(text));
  } catch (error) {
    throw new MusterError(
      "STATE_DAMAGED",
      `${file} is not what the local cloud writes. Stop the local cloud and start it again with: npm start`,
      { cause: error, details: { file } },
    );
  }
}

function notRunning(stateFolder: string): MusterError {
  return new MusterError(
    "LOCAL_CLOUD_NOT_RUNNING",
    `No local cloud is running in ${stateFolder}. Start it with: ${toStartCommand(stateFolder)}`,
    { details: { stateFolder } },
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(false));
    socket.once("error", () => settle(false));
  });
}
