import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTopicFilter } from "../../../src/iot-core/listener/check-topic.ts";
import {
  createSubscriptionTree,
  type GrantedQos,
} from "../../../src/iot-core/listener/subscription-tree.ts";

interface Case {
  readonly filter: string;
  readonly topic: string;
  readonly matches: boolean;
}

/** The examples of MQTT 3.1.1 section 4.7, and some beyond. */
const cases: readonly Case[] = [
  { filter: "sport/tennis/player1/#", topic: "sport/tennis/player1", matches: true },
  { filter: "sport/tennis/player1/#", topic: "sport/tennis/player1/ranking", matches: true },
  { filter: "sport/#", topic: "sport", matches: true },
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

/** Section 4.7 word for word, one filter at a time. */
function matchesFilter(filter: readonly string[], topic: readonly string[], depth = 0): boolean {
  const [wanted, ...restOfFilter] = filter;
  const [level, ...restOfTopic] = topic;
  if (wanted === undefined) return level === undefined;
  const isHidden = depth === 0 && level?.startsWith("$");
  if (wanted === "#") return !isHidden;
  if (level === undefined || (wanted === "+" ? isHidden : wanted !== level)) return false;
  return matchesFilter(restOfFilter, restOfTopic, depth + 1);
}

interface Subscription {
  readonly filter: string;
  readonly subscriber: string;
  readonly qos: GrantedQos;
}

function matchOneByOne(subscriptions: Iterable<Subscription>, topic: string) {
  const found = new Map<string, GrantedQos>();
  for (const { filter, subscriber, qos } of subscriptions) {
    if (!matchesFilter(filter.split("/"), topic.split("/"))) continue;
    if (found.get(subscriber) !== 1) found.set(subscriber, qos);
  }
  return found;
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
});

describe("the tree of subscriptions", () => {
  test.for(cases)("$filter on $topic: $matches", ({ filter, topic, matches }) => {
    const tree = createSubscriptionTree<string>();
    tree.add(filter, "x", 0);
    expect(tree.match(topic).has("x")).toBe(matches);
  });

  test("finds what matching filter by filter finds, with the best QoS", () => {
    fc.assert(
      fc.property(
        fc.array(subscription, { maxLength: 20 }),
        fc.array(subscription, { maxLength: 5 }),
        topics,
        (added, removed, topic) => {
          const tree = createSubscriptionTree<string>();
          const kept = new Map<string, Subscription>();
          const keyOf = ({ filter, subscriber }: Subscription) => `${subscriber} ${filter}`;
          for (const each of added) {
            tree.add(each.filter, each.subscriber, each.qos);
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
