import type { DurableQueue } from "./durable-queue.ts";
import { createFindUndeliverable } from "./find-undeliverable.ts";
import { createRuleTargets } from "./rule-targets.ts";
import type { StandInOptions } from "./start-stand-in.ts";
import { createTopicRule } from "./topic-rule.ts";

type Invoke = (event: unknown) => Promise<unknown>;

/** By name, as in serverless.yml. */
type RuleFunctions = Readonly<Record<(typeof functionNames)[number], Invoke>>;
const functionNames = ["onboard", "heal"] as const;

export interface WireRulesDeps {
  readonly region: string;
  readonly accountId: string;
  readonly queue: Pick<DurableQueue, "send" | "addDeadLetter">;
  /** Called when something was put into the queue. */
  readonly wake: () => void;
  /** Settles once they are there. */
  readonly functions: Promise<RuleFunctions>;
}

/**
 * Puts together the topic rule and what rules lead to.
 *
 * URLs and ARNs are such as a deployment has; nobody dials them. The dead-letter queues of a
 * deployment are one here, where the code of a letter tells them apart.
 */
export function wireRules(
  deps: WireRulesDeps,
): Pick<StandInOptions, "topicRule" | "targets" | "findUndeliverable" | "onDropped"> {
  const { region, accountId, queue, wake } = deps;
  const queueUrlOf = (name: string) =>
    `https://sqs.${region}.amazonaws.com/${accountId}/muster-local-${name}`;
  const functionArnOf = (name: string) =>
    `arn:aws:lambda:${region}:${accountId}:function:muster-local-${name}`;
  const queueUrl = queueUrlOf("registrations");
  const undeliveredUrl = queueUrlOf("undelivered-dlq");
  const sendRegistration = (body: string) => {
    queue.send(body);
    wake();
  };
  return {
    topicRule: createTopicRule({ queueUrl, undeliveredUrl, accountId }),
    targets: createRuleTargets({
      queues: new Map([
        [queueUrl, sendRegistration],
        [undeliveredUrl, (body) => queue.addDeadLetter(body, "UNDELIVERED")],
      ]),
      functions: deps.functions.then(
        (functions) =>
          new Map(Object.entries(functions).map(([name, call]) => [functionArnOf(name), call])),
      ),
      onFailedInvocation: (account) => queue.addDeadLetter(account, "INVOCATION_FAILED"),
    }),
    findUndeliverable: createFindUndeliverable({
      queueUrls: [queueUrl, undeliveredUrl],
      functionArns: functionNames.map(functionArnOf),
    }),
    onDropped: (message) => queue.addDeadLetter(JSON.stringify(message), "DROPPED"),
  };
}
