import { describe, expect, test } from "vitest";
import { mayNameAlike } from "../../../src/rules/profile/may-name-alike.ts";
import { mayPush } from "../../../src/rules/profile/may-push.ts";
import { parseProfile } from "../../../src/rules/profile/profile.ts";
import { leastProfile } from "../../support/profile-documents.ts";

const profile = (name: string, manufacturers?: readonly string[]) =>
  parseProfile({
    ...leastProfile,
    thing: { name },
    ...(manufacturers && { manufacturers: [...manufacturers] }),
  });

const pairs: readonly (readonly [string, string, boolean])[] = [
  ["${cn}", "${cn}", true],
  ["${cn}", "${deviceId}", true],
  ["lamp-${cn}", "${cn}", true],
  ["lamp-${cn}", "lamp-${serial}", true],
  ["lamp-${cn}", "lamp-x-${cn}", true],
  ["lamp-${cn}", "sensor-${cn}", false],
  ["lamp-${cn}", "lam-${cn}", false],
  ["${cn}-lamp", "${cn}-sensor", false],
  ["${cn}-lamp", "${cn}", true],
  ["${cn}-a-lamp", "${serial}-lamp", true],
  ["a-${cn}-x", "a-${cn}-y", false],
  ["a-${cn}-x", "b-${cn}-x", false],
  ["${cn}-a-${serial}", "${cn}-b-${serial}", true],
];

describe("two profiles", () => {
  test.for(pairs)("%s and %s may give the same thing name: %s", ([one, other, expected]) => {
    expect(mayNameAlike(profile(one), profile(other))).toBe(expected);
    expect(mayNameAlike(profile(other), profile(one))).toBe(expected);
  });

  test.for([
    [["acme"], ["acme"], false],
    [["acme"], ["rival"], true],
    [["acme"], ["acme", "rival"], true],
    [["acme"], undefined, true],
    [undefined, undefined, true],
  ] as const)("of %j and %j take a name from each other: %s", ([one, other, expected]) => {
    expect(mayNameAlike(profile("${cn}", one), profile("${cn}", other))).toBe(expected);
  });
});

describe("who may push under a profile", () => {
  test.for([
    [undefined, true],
    [["acme"], true],
    [["rival", "acme"], true],
    [["rival"], false],
  ] as const)("that lists %j: acme %s", ([manufacturers, expected]) => {
    expect(mayPush(profile("${cn}", manufacturers), "acme")).toBe(expected);
  });

  test.for([[[]], [["Acme"]], [["a b"]], [Array.from({ length: 101 }, (_, at) => `m-${at}`)]])(
    "cannot be %j",
    ([manufacturers]) => {
      expect(() => profile("${cn}", manufacturers)).toThrow(/manufacturers/);
    },
  );
});
