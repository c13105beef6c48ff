import assert from "node:assert/strict";
import { eventually } from "../report.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** Hears what a stage tells others. */
export interface Listener {
  /** Makes sure that an event of each of these kinds has come. */
  readonly checkHeard: (kinds: readonly string[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Received {
  readonly Messages?: readonly { readonly Body: string }[];
}

interface Heard {
  readonly "detail-type": string;
  readonly detail: { readonly stage: string; readonly sequence: number };
}

/** Has a rule send all events of a stage's bus to a queue of the run's own. */
export async function listen(scenario: Scenario, { name, deployed }: Stage): Promise<Listener> {
  const { clients, factory, target } = scenario;
  const { aws } = clients;
  const queueName = `${factory.run}-events`;
  const { QueueUrl } = await aws<{ readonly QueueUrl: string }>(
    "sqs",
    "create-queue",
    "--queue-name",
    queueName,
  );
  const { Account } = await aws<{ readonly Account: string }>("sts", "get-caller-identity");
  const arn = `arn:aws:sqs:${target.region}:${Account}:${queueName}`;
  const attributes = clients.write("policy.json", JSON.stringify({ Policy: allow(arn) }));
  const queue = ["--queue-url", QueueUrl];
  await aws("sqs", "set-queue-attributes", ...queue, "--attributes", `file://${attributes}`);
  const rule = ["--event-bus-name", deployed.outputs["EventBusName"] ?? ""];
  const pattern = JSON.stringify({ source: ["muster"], detail: { stage: [name] } });
  await aws("events", "put-rule", ...rule, "--name", queueName, "--event-pattern", pattern);
  await aws("events", "put-targets", ...rule, "--rule", queueName, "--targets", `Id=1,Arn=${arn}`);
  const heard = new Set<string>();
  return {
    checkHeard: async (kinds) => {
      await eventually(async () => {
        const words = ["sqs", "receive-message", ...queue, "--max-number-of-messages", "10"];
        for (const { Body } of (await aws<Received>(...words)).Messages ?? []) {
          const event = JSON.parse(Body) as Heard;
          assert.equal(event.detail.stage, name);
          heard.add(event["detail-type"]);
        }
        const missing = kinds.filter((kind) => !heard.has(kind));
        if (missing.length === 0) return heard;
        throw new Error(`nothing was heard of: ${missing.join(", ")}`);
      }, target);
    },
    stop: async () => {
      await aws("events", "remove-targets", ...rule, "--rule", queueName, "--ids", "1");
      await aws("events", "delete-rule", ...rule, "--name", queueName);
      await aws("sqs", "delete-queue", ...queue);
    },
  };
}

function allow(arn: string): string {
  const Principal = { Service: "events.amazonaws.com" };
  const statement = { Effect: "Allow", Principal, Action: "sqs:SendMessage", Resource: arn };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
