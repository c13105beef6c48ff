import assert from "node:assert/strict";
import { type Api, createApi } from "../clients/create-api.ts";
import { type Deployed, toStack } from "../deployment.ts";
import type { Scenario } from "./scenario.ts";

/** A deployed stage and who works on it. */
export interface Stage {
  readonly name: string;
  readonly deployed: Deployed;
  /** Of its API. */
  readonly url: string;
  readonly operatorToken: string;
  readonly operator: Api;
}

interface Listed {
  readonly StackResourceSummaries: readonly {
    readonly LogicalResourceId: string;
    readonly ResourceStatus: string;
  }[];
}

/** Deploys a stage, and makes its first token with the account's own rights. */
export async function openStage(scenario: Scenario, name: string): Promise<Stage> {
  const { report, deployer, clients, target } = scenario;
  const { check } = report;
  const deployed = await check(`stage ${name}: the packaged template deploys, as it is`, () =>
    deployer.deploy(name),
  );
  await check("every resource of the template is there", async () => {
    const words = ["cloudformation", "list-stack-resources", "--stack-name", toStack(name)];
    const { StackResourceSummaries } = await clients.aws<Listed>(...words);
    const there = StackResourceSummaries.filter(({ ResourceStatus }) =>
      ResourceStatus.endsWith("_COMPLETE"),
    ).map(({ LogicalResourceId }) => LogicalResourceId);
    const missing = deployed.resources.filter((resource) => !there.includes(resource));
    assert.deepEqual(missing, []);
  });
  const url = deployed.outputs["ApiUrl"] ?? "";
  const { patienceMs } = target;
  const nobody = createApi(clients, { url, patienceMs });
  await check("the API answers /v1/health without a token, and nothing else", async () => {
    assert.equal(await nobody.status("GET", "/v1/health"), 200);
    assert.equal(await nobody.status("GET", "/v1/openapi.json"), 200);
    assert.equal(await nobody.status("GET", "/v1/manufacturers"), 401);
    const made = `muster_${"A".repeat(49)}`;
    const stranger = createApi(clients, { url, token: made, patienceMs });
    assert.equal(await stranger.status("GET", "/v1/manufacturers"), 403);
  });
  const token = await check("`muster token create` makes the first operator's token", async () => {
    const words = ["token", "create", "--role", "operator", "--expires", "1d"];
    const { text } = await clients.muster<{ readonly text: string }>(name, ...words);
    return text;
  });
  const operator = createApi(clients, { url, token, patienceMs });
  return { name, deployed, url, operatorToken: token, operator };
}
