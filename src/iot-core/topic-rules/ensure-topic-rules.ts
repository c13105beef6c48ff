import type { Registry } from "../registry.ts";
import type { TopicRule } from "./topic-rule.ts";

/** Sees to it that the rules are there as given. One that is keeps the time of its creation. */
export function ensureTopicRules(
  { tables: { topicRules }, transaction }: Pick<Registry, "tables" | "transaction">,
  rules: readonly Omit<TopicRule, "createdAt">[],
  now: Date,
): void {
  transaction(() => {
    for (const rule of rules) {
      const createdAt = topicRules.find(rule.ruleName)?.createdAt ?? now;
      topicRules.put({ ...rule, createdAt });
    }
  });
}
