import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutToWidth, toPrintable, widthOf, wrap } from "../../src/cli/terminal-text.ts";

describe("text from elsewhere", () => {
  test.for([
    ["sensor-1", "sensor-1"],
    ["Gerät 温度", "Gerät 温度"],
    ["\u001b[31mred", "\ufffd[31mred"],
    ["one\r\ntwo", "one\ufffd\ufffdtwo"],
    ["\u009b2J", "\ufffd2J"],
    ["right\u202eleft", "right\ufffdleft"],
  ] as const)("%j is printed as %j", ([text, printed]) => {
    expect(toPrintable(text)).toBe(printed);
  });
});

describe("cutting to a width", () => {
  test.for([
    ["sensor", 6, "sensor"],
    ["sensors", 6, "senso…"],
    ["温度計", 6, "温度計"],
    ["温度計", 5, "温度…"],
    ["温度計", 4, "温…"],
    ["a", 0, ""],
  ] as const)("%s to %i columns is %s", ([text, columns, cut]) => {
    expect(cutToWidth(text, columns)).toBe(cut);
  });

  test("never takes more than it may", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, columns) => {
        expect(widthOf(cutToWidth(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test("wrapping breaks between words only", () => {
  expect(wrap("one two three longerthanthat x", 8)).toEqual([
    "one two",
    "three",
    "longerthanthat",
    "x",
  ]);
});
