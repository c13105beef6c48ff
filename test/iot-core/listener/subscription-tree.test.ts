import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTopicFilter } from "../../../src/iot-core/listener/check-topic.ts";
import {
  createSubscriptionTree,
  type GrantedQos,
  type Subscription,
} from "../../../src/iot-core/listener/subscription-tree.ts";

interface Case {
  readonly filter: string;
  readonly topic: string;
  readonly matches: boolean;
}

/** The examples of MQTT 3.1.1 section 4.7, and some beyond. */
const cases: readonly Case[] = [
  // Unlike MQTT section 4.7.1.2, AWS IoT does not match the parent.
  { filter: "sport/tennis/player1/#", topic: "sport/tennis/player1", matches: false },
  { filter: "sport/tennis/player1/#", topic: "sport/tennis/player1/ranking", matches: true },
  { filter: "sport/#", topic: "sport", matches: false },
  { filter: "sport/#", topic: "sport/", matches: true },
  { filter: "#", topic: "a/b/c", matches: true },
  { filter: "sport/tennis/+", topic: "sport/tennis/player1", matches: true },
  { filter: "sport/tennis/+", topic: "sport/tennis/player1/ranking", matches: false },
  { filter: "sport/+", topic: "sport", matches: false },
  { filter: "sport/+", topic: "sport/", matches: true },
  { filter: "+/+", topic: "/finance", matches: true },
  { filter: "/+", topic: "/finance", matches: true },
  { filter: "+", topic: "/finance", matches: false },
  { filter: "#", topic: "$aws/things", matches: false },
  { filter: "+/things", topic: "$aws/things", matches: false },
  { filter: "$aws/#", topic: "$aws/things", matches: true },
  { filter: "$aws/+", topic: "$aws/things", matches: true },
  { filter: "a", topic: "A", matches: false },
];

/** Section 4.7 word for word but for the parent of `#`, one filter at a time. */
function matchesFilter(filter: readonly string[], topic: readonly string[], depth = 0): boolean {
  const [wanted, ...restOfFilter] = filter;
  const [level, ...restOfTopic] = topic;
  if (wanted === undefined) return level === undefined;
  const isHidden = depth === 0 && level?.startsWith("$");
  if (wanted === "#") return level !== undefined && !isHidden;
  if (level === undefined || (wanted === "+" ? isHidden : wanted !== level)) return false;
  return matchesFilter(restOfFilter, restOfTopic, depth + 1);
}

interface Subscribed extends Subscription {
  readonly filter: string;
  readonly subscriber: string;
}

function matchOneByOne(subscriptions: Iterable<Subscribed>, topic: string) {
  const matching = [...subscriptions].filter(({ filter }) =>
    matchesFilter(filter.split("/"), topic.split("/")),
  );
  return new Map(
    [...Map.groupBy(matching, ({ subscriber }) => subscriber)].map(([subscriber, all]) => [
      subscriber,
      {
        qos: Math.max(...all.map(({ qos }) => qos)),
        noLocal: all.every(({ noLocal }) => noLocal),
        retainAsPublished: all.some(({ retainAsPublished }) => retainAsPublished),
      },
    ]),
  );
}

const level = fc.constantFrom("", "a", "b", "$a");
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));
const filters = fc
  .array(fc.oneof(level, fc.constantFrom("+", "#")), { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join("/"))
  .filter((filter) => checkTopicFilter(filter) === undefined);
const subscription = fc.record({
  filter: filters,
  subscriber: fc.constantFrom("x", "y", "z"),
  qos: fc.constantFrom<GrantedQos[]>(0, 1),
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
});

describe("the tree of subscriptions", () => {
  test.for(cases)("$filter on $topic: $matches", ({ filter, topic, matches }) => {
    const tree = createSubscriptionTree<string>();
    tree.add(filter, "x", { qos: 0, noLocal: false, retainAsPublished: false });
    expect(tree.match(topic).has("x")).toBe(matches);
  });

  test("finds what matching filter by filter finds, with the best of their options", () => {
    fc.assert(
      fc.property(
        fc.array(subscription, { maxLength: 20 }),
        fc.array(subscription, { maxLength: 5 }),
        topics,
        (added, removed, topic) => {
          const tree = createSubscriptionTree<string>();
          const kept = new Map<string, Subscribed>();
          const keyOf = ({ filter, subscriber }: Subscribed) => `${subscriber} ${filter}`;
          for (const each of added) {
            const { filter, subscriber, ...options } = each;
            tree.add(filter, subscriber, options);
            kept.set(keyOf(each), each);
          }
          for (const each of [...removed, ...added.slice(0, 2)]) {
            tree.remove(each.filter, each.subscriber);
            kept.delete(keyOf(each));
          }
          expect(new Map(tree.match(topic))).toEqual(matchOneByOne(kept.values(), topic));
        },
      ),
      { numRuns: 500 },
    );
  });
});
