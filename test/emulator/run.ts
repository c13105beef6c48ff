import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClients } from "./clients/create-clients.ts";
import { createDeployer } from "./deployment.ts";
import { createFactory } from "./fleet.ts";
import { createReport } from "./report.ts";
import { play } from "./scenario/play.ts";
import type { Target } from "./targets/target.ts";

/**
 * Plays the scenario in an account, and prints what held; the last line is `N passed, N failed`.
 *
 * @param start gets a folder that is there as long as the run.
 * @returns whether all of it held.
 */
export async function runScenario(
  start: (folder: string) => Promise<Target>,
  stages: readonly [first: string, second: string],
): Promise<boolean> {
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), "muster-deploy-"));
  const report = createReport((line) => process.stdout.write(`${line}\n`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    await using target = await start(folder);
    const clients = createClients(target, folder);
    await play(
      {
        target,
        clients,
        report,
        deployer: createDeployer(target, clients, folder),
        factory: createFactory(clients),
        endpoint: await target.findDeviceEndpoint(clients.aws),
      },
      stages,
    );
  } finally {
    remove();
  }
  const { passed, failed } = report.counts();
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failed === 0;
}
