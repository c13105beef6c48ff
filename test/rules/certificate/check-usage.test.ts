import { describe, expect, test } from "vitest";
import { checkExtendedKeyUsage } from "../../../src/rules/certificate/check-extended-key-usage.ts";
import { checkKeyUsage } from "../../../src/rules/certificate/check-key-usage.ts";
import { checkNotCa } from "../../../src/rules/certificate/check-not-ca.ts";
import { createFacts } from "../../support/create-facts.ts";

const clientAuth = "1.3.6.1.5.5.7.3.2";
const serverAuth = "1.3.6.1.5.5.7.3.1";
const any = "2.5.29.37.0";

describe("checkNotCa (RFC 5280 §4.2.1.9)", () => {
  test.for([
    [undefined, []],
    [{ ca: false }, []],
    [{ ca: false, pathLength: 0 }, []],
    [
      { ca: true },
      [{ code: "CERTIFICATE_IS_CA", detail: "Its basic constraints say that it is a CA." }],
    ],
  ] as const)("%j: %j", ([basicConstraints, findings]) => {
    expect(checkNotCa(createFacts(basicConstraints && { basicConstraints }))).toEqual(findings);
  });
});

describe("checkKeyUsage", () => {
  test.for([
    [undefined, undefined],
    [["digitalSignature"], undefined],
    [["keyEncipherment", "digitalSignature"], undefined],
    [["keyEncipherment", "keyAgreement"], "Its key usage allows keyEncipherment, keyAgreement."],
    [[], "Its key usage allows nothing."],
  ] as const)("%j: %s", ([keyUsage, detail]) => {
    expect(checkKeyUsage(createFacts(keyUsage && { keyUsage }))).toEqual(
      detail === undefined ? [] : [{ code: "KEY_USAGE_MISMATCH", detail }],
    );
  });
});

describe("checkExtendedKeyUsage (RFC 5280 §4.2.1.12)", () => {
  const missing = "It has no extended key usage; the profile requires clientAuth.";
  const other = `Its extended key usage allows ${serverAuth}, 1.2.3, not clientAuth (${clientAuth}).`;
  test.for([
    [undefined, undefined, undefined],
    [undefined, false, undefined],
    [undefined, true, missing],
    [[clientAuth], true, undefined],
    [[serverAuth, clientAuth], false, undefined],
    [[any], true, undefined],
    [[serverAuth, "1.2.3"], false, other],
    [[serverAuth, "1.2.3"], true, other],
    [[], false, `Its extended key usage allows nothing, not clientAuth (${clientAuth}).`],
  ] as const)("%j, required %s: %s", ([extendedKeyUsage, required, detail]) => {
    const facts = createFacts(extendedKeyUsage && { extendedKeyUsage });
    expect(checkExtendedKeyUsage(facts, required)).toEqual(
      detail === undefined ? [] : [{ code: "EXTENDED_KEY_USAGE_MISMATCH", detail }],
    );
  });
});
