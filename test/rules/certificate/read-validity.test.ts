import { describe, expect, test } from "vitest";
import { sequence, text } from "../../support/encode-der.ts";
import { readEncoded, refusedAt } from "../../support/read-encoded.ts";

describe("validity (RFC 5280 §4.1.2.5)", () => {
  test.for([
    ["500101000000Z", 0x17, "1950-01-01T00:00:00.000Z"],
    ["491231235959Z", 0x17, "2049-12-31T23:59:59.000Z"],
    ["991231235959Z", 0x17, "1999-12-31T23:59:59.000Z"],
    ["000101000000Z", 0x17, "2000-01-01T00:00:00.000Z"],
    ["240229123456Z", 0x17, "2024-02-29T12:34:56.000Z"],
    ["20500101000000Z", 0x18, "2050-01-01T00:00:00.000Z"],
    ["99991231235959Z", 0x18, "9999-12-31T23:59:59.000Z"],
    ["00010101000000Z", 0x18, "0001-01-01T00:00:00.000Z"],
    ["230229123456Z", 0x17, undefined],
    ["241301000000Z", 0x17, undefined],
    ["240001000000Z", 0x17, undefined],
    ["240132000000Z", 0x17, undefined],
    ["240431000000Z", 0x17, undefined],
    ["240101240000Z", 0x17, undefined],
    ["240101006000Z", 0x17, undefined],
    ["240101000060Z", 0x17, undefined],
    ["2401010000Z", 0x17, undefined],
    ["240101000000", 0x17, undefined],
    ["240101000000z", 0x17, undefined],
    ["240101000000ZZ", 0x17, undefined],
    ["20240101000000Z", 0x17, undefined],
    ["240101000000+0100", 0x17, undefined],
    ["24010100000 Z", 0x17, undefined],
    ["240101000000Z", 0x18, undefined],
    ["20240101000000.5Z", 0x18, undefined],
    ["20240101000000Z0", 0x18, undefined],
    ["X20240101000000Z", 0x18, undefined],
    ["", 0x17, undefined],
    ["20240101000000Z", 0x0c, undefined],
    ["240101000000Z", 0x13, undefined],
  ] as const)("%s of tag %i is %s", ([written, tag, expected]) => {
    const valid = text("200101000000Z", 0x17);
    const first = sequence(text(written, tag), valid);
    const second = sequence(valid, text(written, tag));
    if (expected === undefined) {
      expect(refusedAt({ validity: first })).toBe("notBefore");
      expect(refusedAt({ validity: second })).toBe("notAfter");
    } else {
      expect(readEncoded({ validity: first }).notBefore.toISOString()).toBe(expected);
      expect(readEncoded({ validity: second }).notAfter.toISOString()).toBe(expected);
    }
  });

  test("a third time is refused", () => {
    const time = text("200101000000Z", 0x17);
    expect(refusedAt({ validity: sequence(time, time, time) })).toBe("validity");
    expect(refusedAt({ validity: sequence(time) })).toBe("notAfter");
  });
});
