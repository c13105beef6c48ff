import * as z from "zod";
import { pageOf } from "../registry/page.ts";
import { parseStatement } from "../topic-rules/parse-statement.ts";
import type { RuleAction, TopicRule } from "../topic-rules/topic-rule.ts";
import { AwsError } from "./aws-error.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { flag, tokenPage, tokenPageFrom, unsupported } from "./shapes.ts";
import { type ActionInput, ruleName, topicRulePayload } from "./topic-rule-shapes.ts";

/** https://docs.aws.amazon.com/general/latest/gr/iot-core.html#rules-limits */
const maximumRules = 1000;
const maximumPayloadBytes = 128 * 1024;

const payload = z.object(topicRulePayload);

/** Operations on topic rules. */
export function createTopicRuleRoutes(context: OperationContext): readonly Route[] {
  const { tables, arns, now, findUndeliverable = () => undefined } = context;
  const { topicRules } = tables;

  /** AWS does not tell a rule that does not exist from one that is somebody else's. */
  const existing = (name: string): TopicRule => {
    const rule = topicRules.find(name);
    if (rule !== undefined) return rule;
    throw new AwsError("UnauthorizedException", `Access to topic rule '${name}' was denied`);
  };

  /** AWS takes a target for good until something is to be delivered; here it is known at once. */
  const checkTargets = ({ actions, errorAction }: TopicRule): void => {
    for (const action of errorAction ? [...actions, errorAction] : actions) {
      const reason = findUndeliverable(action);
      if (reason !== undefined) throw new AwsError("InvalidRequestException", reason);
    }
  };
  const put = (rule: TopicRule): void => {
    checkTargets(rule);
    topicRules.put(rule);
  };

  const setDisabled = (operation: string, verb: string, ruleDisabled: boolean) =>
    createRoute({
      operation,
      method: "POST",
      path: `/rules/{ruleName}/${verb}`,
      input: z.object({ ruleName }),
      handle: (input) => {
        topicRules.put({ ...existing(input.ruleName), ruleDisabled });
      },
    });

  return [
    createRoute({
      operation: "CreateTopicRule",
      method: "POST",
      path: "/rules/{ruleName}",
      note: "SELECT * and clientid(), into queues and functions that can be reached; everything else is refused.",
      from: { tags: "x-amz-tagging" },
      input: payload.extend({ ruleName, tags: unsupported("Tagging") }),
      handle: (input) => {
        if (topicRules.find(input.ruleName) !== undefined) {
          throw new AwsError(
            "ResourceAlreadyExistsException",
            `Rule ${input.ruleName} already exists`,
            { resourceId: input.ruleName, resourceArn: arns.of("rule", input.ruleName) },
          );
        }
        if (topicRules.all().length >= maximumRules) {
          throw new AwsError("InvalidRequestException", `There are ${maximumRules} rules already`);
        }
        put(toTopicRule(input, now()));
      },
    }),
    createRoute({
      operation: "GetTopicRule",
      method: "GET",
      path: "/rules/{ruleName}",
      input: z.object({ ruleName }),
      handle: (input) => {
        const { createdAt, ...rule } = existing(input.ruleName);
        return {
          ruleArn: arns.of("rule", rule.ruleName),
          rule: { ...rule, createdAt: toEpochSeconds(createdAt) },
        };
      },
    }),
    createRoute({
      operation: "ListTopicRules",
      method: "GET",
      path: "/rules",
      from: { ...tokenPageFrom, topic: "query", ruleDisabled: "query" },
      input: z.object({
        ...tokenPage,
        maxResults: z.coerce.number().int().min(1).max(10_000).default(25),
        topic: z.string().optional(),
        ruleDisabled: flag.optional(),
      }),
      handle: ({ nextToken, maxResults, topic, ruleDisabled }) => {
        const rules = topicRules
          .all()
          .map((rule) => ({ ...rule, topicPattern: topicFilterOf(rule.sql) }))
          .filter((rule) => topic === undefined || rule.topicPattern === topic)
          .filter((rule) => ruleDisabled === undefined || rule.ruleDisabled === ruleDisabled);
        const request = { after: nextToken, limit: maxResults };
        const page = pageOf(rules, request, (rule) => rule.ruleName);
        return {
          rules: page.rows.map((rule) => ({
            ruleArn: arns.of("rule", rule.ruleName),
            ruleName: rule.ruleName,
            topicPattern: rule.topicPattern,
            createdAt: toEpochSeconds(rule.createdAt),
            ruleDisabled: rule.ruleDisabled,
          })),
          nextToken: page.next,
        };
      },
    }),
    createRoute({
      operation: "ReplaceTopicRule",
      method: "PATCH",
      path: "/rules/{ruleName}",
      input: payload.extend({ ruleName }),
      handle: (input) => {
        const { createdAt } = existing(input.ruleName);
        put(toTopicRule(input, createdAt));
      },
    }),
    createRoute({
      operation: "DeleteTopicRule",
      method: "DELETE",
      path: "/rules/{ruleName}",
      input: z.object({ ruleName }),
      handle: (input) => {
        topicRules.remove(existing(input.ruleName).ruleName);
      },
    }),
    setDisabled("EnableTopicRule", "enable", false),
    setDisabled("DisableTopicRule", "disable", true),
  ];
}

type RuleInput = z.output<typeof payload> & { readonly ruleName: string };

function toTopicRule(input: RuleInput, createdAt: Date): TopicRule {
  const { ruleName: name, sql, description, actions, errorAction } = input;
  const { awsIotSqlVersion, ruleDisabled } = input;
  const statement = parseStatement(sql);
  if ("problem" in statement) throw new AwsError("SqlParseException", statement.problem);
  if (Buffer.byteLength(JSON.stringify(input)) > maximumPayloadBytes) {
    throw new AwsError("InvalidRequestException", "The rule is larger than 128 KB");
  }
  return {
    ruleName: name,
    sql,
    awsIotSqlVersion,
    ruleDisabled,
    ...(description !== undefined && { description }),
    actions: actions.map(toAction),
    ...(errorAction && { errorAction: toAction(errorAction) }),
    createdAt,
  };
}

function toAction({ sqs, lambda }: ActionInput): RuleAction {
  if (sqs?.queueUrl.endsWith(".fifo")) {
    throw new AwsError("InvalidRequestException", "A rule cannot send to a FIFO queue");
  }
  if (sqs !== undefined && lambda === undefined) return { sqs };
  if (lambda !== undefined && sqs === undefined) return { lambda };
  throw new AwsError("InvalidRequestException", "An action must be of exactly one kind");
}

function topicFilterOf(sql: string): string {
  const statement = parseStatement(sql);
  return "problem" in statement ? "" : statement.topicFilter;
}
