import assert from "node:assert/strict";
import type { Device } from "../fleet.ts";
import { letIn } from "./first-connects.ts";
import { checkKept, readData } from "./kept-data.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

const changed = { parameter: "preregistrationsPerSecond=4", variable: "4" } as const;

interface Configuration {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

/** A changed template over a stage in use. */
export async function deployAgain(scenario: Scenario, stage: Stage, device: Device | undefined) {
  const { report, deployer, clients } = scenario;
  const before = await readData(scenario, stage);
  await report.check("a changed template deploys over the first, and takes effect", async () => {
    await deployer.deploy(stage.name, [changed.parameter]);
    const words = ["--function-name", `muster-${stage.name}-ingest`];
    const { Environment } = await clients.aws<Configuration>(
      "lambda",
      "get-function-configuration",
      ...words,
    );
    assert.equal(Environment.Variables["MUSTER_PREREGISTRATIONS_PER_SECOND"], changed.variable);
  });
  await report.check("and keeps the tables, the ledger, the audit and the files", async () => {
    checkKept(before, await readData(scenario, stage));
  });
  await report.check("tokens hold, and the next device is let in", () =>
    letIn(scenario, stage, device),
  );
}
