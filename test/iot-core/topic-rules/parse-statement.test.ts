import { describe, expect, test } from "vitest";
import { parseStatement } from "../../../src/iot-core/topic-rules/parse-statement.ts";

const taken = [
  ["SELECT * FROM 'a/b'", { topicFilter: "a/b" }],
  ["select * from 'a/b'", { topicFilter: "a/b" }],
  ["  SELECT\n*\nFROM\n'a/+/#'\n", { topicFilter: "a/+/#" }],
  [
    "SELECT * FROM '$aws/events/certificates/registered/+'",
    { topicFilter: "$aws/events/certificates/registered/+" },
  ],
  ["SELECT *, clientid() as clientid FROM 'a'", { topicFilter: "a", clientIdAlias: "clientid" }],
  ["SELECT * ,clientid( ) AS device FROM 'a'", { topicFilter: "a", clientIdAlias: "device" }],
] as const;

const refused = [
  ["nothing", "", "Expected: SELECT"],
  ["no SELECT", "* FROM 'a'", "Expected: SELECT"],
  ["no FROM", "SELECT *", "Expected: SELECT"],
  ["a topic without quotes", "SELECT * FROM a/b", "single quotes"],
  ["a topic in double quotes", 'SELECT * FROM "a/b"', "single quotes"],
  ["an open quote", "SELECT * FROM 'a/b", "single quotes"],
  ["an empty topic", "SELECT * FROM ''", "is empty"],
  ["a misplaced wildcard", "SELECT * FROM 'a/#/b'", "wildcard"],
  ["a shared subscription", "SELECT * FROM '$share/group/a'", "shared subscription"],
  ["a field", "SELECT color FROM 'a'", '"SELECT color" is not supported'],
  ["VALUE", "SELECT VALUE * FROM 'a'", '"SELECT VALUE *" is not supported'],
  ["another function", "SELECT *, topic() AS t FROM 'a'", '"topic() AS t" in the SELECT clause'],
  ["a function without a name", "SELECT *, clientid() FROM 'a'", '"clientid()" in the SELECT'],
  ["two functions", "SELECT *, clientid() AS a, clientid() AS b FROM 'a'", "clientid() AS b"],
  ["a condition", "SELECT * FROM 'a' WHERE x = 1", '"WHERE x = 1" after the topic filter'],
  ["a second statement", "SELECT * FROM 'a'; DROP", '"; DROP" after the topic filter'],
  ["an endless statement", `SELECT * FROM 'a'${" ".repeat(5000)}`, "characters"],
] as const;

describe("parseStatement", () => {
  test.for(taken)("takes %j", ([sql, statement]) => {
    expect(parseStatement(sql)).toEqual(statement);
  });

  test.for(refused)("refuses %s, and says so", ([, sql, problem]) => {
    expect(parseStatement(sql)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
