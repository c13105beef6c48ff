import { toStack } from "../deployment.ts";
import type { Scenario } from "./scenario.ts";

/** @throws Error when there is a stack or a table of one of these stages, or when that cannot be told. */
export async function checkFree({ clients }: Scenario, stages: readonly string[]): Promise<void> {
  for (const stage of stages) {
    const asked = [
      ["cloudformation", "describe-stacks", "--stack-name", toStack(stage)],
      ["dynamodb", "describe-table", "--table-name", `muster-${stage}-ledger`],
      ["dynamodb", "describe-table", "--table-name", `muster-${stage}-audit`],
    ];
    for (const words of asked) {
      const said = await clients.aws(...words).then(
        () => "",
        (error: unknown) => String(error),
      );
      if (said === "") throw new Error(`Stage ${stage} is there already. Name one that is not.`);
      if (!/does not exist|ResourceNotFoundException/.test(said)) throw new Error(said);
    }
  }
}
