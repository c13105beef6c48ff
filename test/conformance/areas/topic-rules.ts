import type { TopicRulePayload } from "@aws-sdk/client-iot";
import type { Area } from "../conformance-case.ts";
import { equal, includes, present, refused } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 6";
const quotas = "AWS_FACTS section 5";

/**
 * Disabled, to a function that a local cloud has, as it refuses others, and an account has not.
 * Nothing is ever published there: it would not be called either way.
 */
const toPayload = ({ region, accountId }: Subject): TopicRulePayload => ({
  sql: "SELECT *, clientid() as clientid FROM 'muster-conformance/nothing/+'",
  awsIotSqlVersion: "2016-03-23",
  ruleDisabled: true,
  actions: [
    {
      lambda: {
        functionArn: `arn:aws:lambda:${region}:${accountId}:function:muster-local-heal`,
      },
    },
  ],
});

async function createRule(subject: Subject, changes: Partial<TopicRulePayload> = {}) {
  const ruleName = subject.ruleName("rule");
  await subject.iot.createTopicRule({
    ruleName,
    topicRulePayload: { ...toPayload(subject), ...changes },
  });
  return ruleName;
}

export const topicRules: Area = {
  name: "topic-rules",
  cases: [
    {
      id: "topic-rules/get/members",
      title: "GetTopicRule answers ARN, statement, version and actions",
      source,
      confidence: "model",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        const { rule, ruleArn } = await subject.iot.getTopicRule({ ruleName });
        equal(ruleArn, subject.arn(`rule/${ruleName}`));
        const { sql, awsIotSqlVersion, ruleDisabled, actions } = toPayload(subject);
        includes(rule, { ruleName, sql, awsIotSqlVersion, ruleDisabled, actions });
        present(rule?.createdAt, "createdAt");
      },
    },
    {
      id: "topic-rules/create/default-version",
      title: "The version of the statement is 2015-10-08 unless named",
      source,
      confidence: "doc",
      run: async (subject) => {
        const ruleName = await createRule(subject, { awsIotSqlVersion: undefined });
        const { rule } = await subject.iot.getTopicRule({ ruleName });
        equal(rule?.awsIotSqlVersion, "2015-10-08");
      },
    },
    {
      id: "topic-rules/create/again",
      title: "CreateTopicRule of a name that is there is refused",
      source,
      confidence: "model",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        await refused(
          subject.iot.createTopicRule({ ruleName, topicRulePayload: toPayload(subject) }),
          "409 ResourceAlreadyExistsException",
        );
      },
    },
    {
      id: "topic-rules/create/sql",
      title: "A statement that is none is refused",
      source,
      confidence: "model",
      run: (subject) =>
        refused(createRule(subject, { sql: "SELECT FROM nothing WHERE" }), "400 SqlParseException"),
    },
    {
      id: "topic-rules/create/name",
      title: "A rule's name with a hyphen is refused",
      source: quotas,
      confidence: "model",
      run: (subject) =>
        refused(
          subject.iot.createTopicRule({
            ruleName: subject.name("rule"),
            topicRulePayload: toPayload(subject),
          }),
          "400 InvalidRequestException",
        ),
    },
    {
      id: "topic-rules/create/eleven-actions",
      title: "A rule may have ten actions, not eleven",
      source: quotas,
      confidence: "model",
      run: async (subject) => {
        const [action] = toPayload(subject).actions ?? [];
        const ofLength = (length: number) => ({
          actions: Array.from({ length }, () => present(action, "an action")),
        });
        await createRule(subject, ofLength(10));
        await refused(createRule(subject, ofLength(11)), "400 InvalidRequestException");
      },
    },
    {
      id: "topic-rules/enable/disable",
      title: "EnableTopicRule and DisableTopicRule are told by GetTopicRule",
      source,
      confidence: "model",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        const isDisabled = async () =>
          (await subject.iot.getTopicRule({ ruleName })).rule?.ruleDisabled;
        await subject.iot.enableTopicRule({ ruleName });
        equal(await isDisabled(), false);
        await subject.iot.disableTopicRule({ ruleName });
        equal(await isDisabled(), true);
      },
    },
    {
      id: "topic-rules/replace/statement",
      title: "ReplaceTopicRule replaces the statement",
      source,
      confidence: "model",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        const sql = "SELECT * FROM 'muster-conformance/nothing'";
        await subject.iot.replaceTopicRule({
          ruleName,
          topicRulePayload: { ...toPayload(subject), sql },
        });
        equal((await subject.iot.getTopicRule({ ruleName })).rule?.sql, sql);
      },
    },
    {
      id: "topic-rules/list/members",
      title: "ListTopicRules tells a rule with its topic",
      source,
      confidence: "model",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        let nextToken: string | undefined;
        do {
          const page = await subject.iot.listTopicRules({ nextToken, maxResults: 100 });
          const found = page.rules?.find((rule) => rule.ruleName === ruleName);
          if (found !== undefined) return includes(found, { ruleDisabled: true });
          ({ nextToken } = page);
        } while (nextToken !== undefined);
        return present(undefined, "the rule");
      },
    },
    {
      id: "topic-rules/delete/gone",
      title: "A deleted rule is gone",
      source,
      confidence: "recalled",
      run: async (subject) => {
        const ruleName = await createRule(subject);
        await subject.iot.deleteTopicRule({ ruleName });
        // AWS says so of rules that are not there; the model has no ResourceNotFoundException.
        await refused(subject.iot.getTopicRule({ ruleName }), "401 UnauthorizedException");
      },
    },
  ],
};
