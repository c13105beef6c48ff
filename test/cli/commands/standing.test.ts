import { expect, test } from "vitest";
import { toStandingText } from "../../../src/cli/commands/standing.ts";

const cases: readonly (readonly [Parameters<typeof toStandingText>[2], string])[] = [
  ["not connected", "The device has not connected yet."],
  ["in flight", "An attempt at this certificate is in flight and will find this word."],
  [
    { status: "admitted", findings: [], thingName: "sensor-1", changed: true },
    "The device is in, as sensor-1.",
  ],
  [
    { status: "quarantined", findings: [{ code: "HELD", detail: "lost" }], changed: true },
    "The device is out:\n  HELD\n    An operator keeps this certificate out.\n    lost\n    → Release the hold.",
  ],
];

test.for(cases)("after an operator's act, of %j it is said: %s", ([standing, text]) => {
  expect(toStandingText("5f3c", "Held", standing)).toBe(`✓ Held: 5f3c\n  ${text}`);
});
