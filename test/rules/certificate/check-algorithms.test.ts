import { describe, expect, test } from "vitest";
import type { SignatureAlgorithm } from "../../../src/rules/certificate/certificate-facts.ts";
import { checkCriticalExtensions } from "../../../src/rules/certificate/check-critical-extensions.ts";
import { awsKeyTypes, checkKey, toKeyType } from "../../../src/rules/certificate/check-key.ts";
import {
  awsSignatureAlgorithms,
  checkSignatureAlgorithm,
} from "../../../src/rules/certificate/check-signature-algorithm.ts";
import { createFacts } from "../../support/create-facts.ts";

describe("checkKey", () => {
  test.for([
    [{ algorithm: "rsa", bits: 2047 }, undefined],
    [{ algorithm: "rsa", bits: 2048 }, "rsa-2048"],
    [{ algorithm: "rsa", bits: 3071 }, "rsa-2048"],
    [{ algorithm: "rsa", bits: 3072 }, "rsa-3072"],
    [{ algorithm: "rsa", bits: 4095 }, "rsa-3072"],
    [{ algorithm: "rsa", bits: 4096 }, "rsa-4096"],
    [{ algorithm: "rsa", bits: 8192 }, "rsa-4096"],
    [{ algorithm: "rsa-pss", bits: 2048 }, "rsa-2048"],
    [{ algorithm: "rsa-pss", bits: 1024 }, undefined],
    [{ algorithm: "rsa" }, undefined],
    [{ algorithm: "ec", curve: "P-256", bits: 256 }, "ec-p256"],
    [{ algorithm: "ec", curve: "P-384", bits: 384 }, "ec-p384"],
    [{ algorithm: "ec", curve: "P-521", bits: 521 }, "ec-p521"],
    [{ algorithm: "ec", curve: "1.3.132.0.10" }, undefined],
    [{ algorithm: "ec", curve: "explicit" }, undefined],
    [{ algorithm: "ec", curve: "toString" }, undefined],
    [{ algorithm: "ec" }, undefined],
    [{ algorithm: "other" }, undefined],
    [{ algorithm: "other", bits: 4096, curve: "P-256" }, undefined],
  ] as const)("%j is %s", ([key, type]) => {
    expect(toKeyType(key)).toBe(type);
    expect(checkKey({ key })).toHaveLength(type === undefined ? 1 : 0);
  });

  test.for(awsKeyTypes)("a profile may allow %s alone", (only) => {
    const keys = [
      { algorithm: "rsa", bits: 2048 },
      { algorithm: "rsa", bits: 3072 },
      { algorithm: "rsa", bits: 4096 },
      { algorithm: "ec", curve: "P-256" },
      { algorithm: "ec", curve: "P-384" },
      { algorithm: "ec", curve: "P-521" },
    ] as const;
    const allowed = keys.filter((key) => checkKey({ key }, [only]).length === 0);
    expect(allowed.map(toKeyType)).toEqual([only]);
  });

  test.for([
    [{ algorithm: "rsa", bits: 1024 }, "RSA of 1024 bits"],
    [{ algorithm: "rsa-pss", bits: 1024 }, "RSA-PSS of 1024 bits"],
    [{ algorithm: "ec", curve: "1.3.132.0.10" }, "EC on 1.3.132.0.10"],
    [{ algorithm: "other" }, "neither RSA nor EC"],
  ] as const)("%j is called %s", ([key, called]) => {
    expect(checkKey({ key })).toEqual([
      {
        code: "KEY_NOT_ALLOWED",
        detail: `Its key is ${called}; allowed are rsa-2048, rsa-3072, rsa-4096, ec-p256, ec-p384, ec-p521.`,
      },
    ]);
  });
});

describe("checkSignatureAlgorithm", () => {
  test("what AWS IoT accepts, and nothing else", () => {
    expect(awsSignatureAlgorithms).toEqual([
      "sha256WithRSA",
      "sha384WithRSA",
      "sha512WithRSA",
      "rsassaPss",
      "ecdsaWithSha256",
      "ecdsaWithSha384",
      "ecdsaWithSha512",
      "dsaWithSha256",
    ]);
    for (const signatureAlgorithm of awsSignatureAlgorithms) {
      expect(checkSignatureAlgorithm({ signatureAlgorithm })).toEqual([]);
    }
  });

  test.for<[SignatureAlgorithm, readonly (typeof awsSignatureAlgorithms)[number][] | undefined]>([
    ["other:1.2.840.113549.1.1.5", undefined],
    ["ecdsaWithSha256", ["ecdsaWithSha384", "ecdsaWithSha512"]],
    ["ecdsaWithSha256", []],
  ])("%s is refused under %j", ([signatureAlgorithm, allowed]) => {
    const listed = (allowed ?? awsSignatureAlgorithms).join(", ");
    expect(checkSignatureAlgorithm({ signatureAlgorithm }, allowed)).toEqual([
      {
        code: "SIGNATURE_ALGORITHM_NOT_ALLOWED",
        detail: `It is signed with ${signatureAlgorithm}; allowed are ${listed}.`,
      },
    ]);
  });

  test("a profile may allow one alone", () => {
    const facts = { signatureAlgorithm: "ecdsaWithSha384" } as const;
    expect(checkSignatureAlgorithm(facts, ["ecdsaWithSha384"])).toEqual([]);
  });
});

describe("checkCriticalExtensions (RFC 5280 §4.2)", () => {
  test.for<[string, readonly string[], readonly string[], readonly string[]]>([
    ["none", [], [], []],
    ["basic constraints", ["2.5.29.19"], ["2.5.29.19"], []],
    ["key usage", ["2.5.29.15"], ["2.5.29.15"], []],
    ["extended key usage", ["2.5.29.37"], ["2.5.29.37"], []],
    ["subject alternative name", ["2.5.29.17"], ["2.5.29.17"], []],
    ["certificate policies", ["2.5.29.32"], ["2.5.29.32"], ["2.5.29.32"]],
    ["policy constraints", ["2.5.29.36"], ["2.5.29.36"], ["2.5.29.36"]],
    ["name constraints", ["2.5.29.30"], ["2.5.29.30"], ["2.5.29.30"]],
    ["name constraints, not critical", ["2.5.29.30"], [], ["2.5.29.30"]],
    ["an unknown one, not critical", ["1.2.3"], [], []],
    ["two unknown ones", ["1.2.3", "2.5.29.19", "1.2.4"], ["1.2.3", "1.2.4"], ["1.2.3", "1.2.4"]],
  ])("%s", ([, extensions, criticalExtensions, refused]) => {
    expect(checkCriticalExtensions(createFacts({ extensions, criticalExtensions }))).toEqual(
      refused.map((oid) => ({
        code: "UNKNOWN_CRITICAL_EXTENSION",
        detail: `Extension ${oid} would have to be processed and is not.`,
      })),
    );
  });
});
