import { describe, expect, test } from "vitest";
import { evaluateStatement } from "../../../src/iot-core/topic-rules/evaluate-statement.ts";

const bytes = (text: string) => Buffer.from(text);

/** Of `SELECT *, clientid() AS id`, and what becomes of it. */
const withField = [
  ["a JSON object", bytes('{"color": "red"}'), '{"color":"red","id":"lamp"}'],
  ["an object that has the field", bytes('{"id":1}'), '{"id":"lamp"}'],
  [
    "an object with a key of JavaScript's own",
    bytes('{"__proto__":1}'),
    '{"__proto__":1,"id":"lamp"}',
  ],
  ["an empty payload", bytes(""), '{"id":"lamp"}'],
  ["a JSON array", bytes("[1]"), undefined],
  ["a JSON string", bytes('"on"'), undefined],
  ["null", bytes("null"), undefined],
  ["text", bytes("on"), undefined],
  ["bytes", Buffer.from([0xff, 0x00]), undefined],
] as const;

describe("evaluateStatement", () => {
  test.for(withField)("with a field: %s", ([, payload, expected]) => {
    const statement = { topicFilter: "a", clientIdAlias: "id" };
    const output = evaluateStatement(statement, { topic: "a", payload, clientId: "lamp" });
    expect(output && Buffer.from(output).toString()).toBe(expected);
  });

  test.for(withField)("* alone hands on %s as it is", ([, payload]) => {
    const output = evaluateStatement(
      { topicFilter: "a" },
      { topic: "a", payload, clientId: "lamp" },
    );
    expect(output).toEqual(payload);
  });

  test("what did not come over MQTT has no client id", () => {
    const statement = { topicFilter: "a", clientIdAlias: "id" };
    const output = evaluateStatement(statement, {
      topic: "a",
      payload: bytes("{}"),
      clientId: undefined,
    });
    expect(Buffer.from(output ?? "").toString()).toBe('{"id":"n/a"}');
  });
});
