import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isTokenText,
  toTokenHash,
  toTokenId,
  toTokenText,
} from "../../../src/access/tokens/token-text.ts";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("the text of a token", () => {
  test("is muster_ and 49 letters and digits, however small the secret", () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(toTokenText(secret)).toMatch(/^muster_[0-9A-Za-z]{49}$/);
      }),
    );
    expect(toTokenText(new Uint8Array(32))).toMatch(/^muster_0{43}[0-9A-Za-z]{6}$/);
    expect(toTokenText(new Uint8Array(32).fill(255))).toMatch(/^muster_[0-9A-Za-z]{49}$/);
  });

  test("tells every secret from every other", () => {
    fc.assert(
      fc.property(secrets, secrets, (one, other) => {
        const same = Buffer.from(one).equals(Buffer.from(other));
        expect(toTokenText(one) === toTokenText(other)).toBe(same);
      }),
    );
  });

  test("is known from any other by its checksum, when one character is wrong", () => {
    fc.assert(
      fc.property(
        secrets,
        fc.nat(48),
        fc.constantFrom("0", "a", "Z", "9", "x"),
        (secret, at, wrong) => {
          const text = toTokenText(secret);
          const index = "muster_".length + at;
          const typo = `${text.slice(0, index)}${wrong}${text.slice(index + 1)}`;
          expect(isTokenText(text)).toBe(true);
          expect(isTokenText(typo)).toBe(typo === text);
        },
      ),
    );
  });

  const text = toTokenText(new Uint8Array(32).fill(7));
  test.for(["", "muster_", text.slice(1), text.slice(0, -1), `${text}0`, `${text}\n`, ` ${text}`])(
    "is not %j",
    (other) => {
      expect(isTokenText(other)).toBe(false);
    },
  );

  test("gives a name that holds half of its hash", () => {
    const hash = toTokenHash(text);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(toTokenId(hash)).toBe(hash.slice(0, 32));
  });
});
