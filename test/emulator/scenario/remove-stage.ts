import assert from "node:assert/strict";
import { toStack } from "../deployment.ts";
import { checkKept, readData } from "./kept-data.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** Takes a stage's stack away, beside another that stays. */
export async function removeStage(scenario: Scenario, stage: Stage, other: Stage): Promise<void> {
  const { report, deployer, clients } = scenario;
  const before = await readData(scenario, stage);
  await report.check(`stage ${stage.name}: its stack is removed`, async () => {
    await deployer.remove(stage.name);
    const words = ["--stack-name", toStack(stage.name)];
    await assert.rejects(clients.aws("cloudformation", "describe-stacks", ...words));
    const onboard = `muster-${stage.name}-onboard`;
    await assert.rejects(clients.aws("lambda", "get-function", "--function-name", onboard));
  });
  await report.check("its tables and its bucket stay, with all that is in them", async () => {
    checkKept(before, await readData(scenario, stage));
  });
  await report.check(`stage ${other.name} goes on`, async () => {
    await other.operator.call("GET", "/v1/manufacturers");
  });
}
