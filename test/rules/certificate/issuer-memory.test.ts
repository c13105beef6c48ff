import { describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { checkCertificate } from "../../../src/rules/certificate/check-certificate.ts";
import { createIssuerMemory } from "../../../src/rules/certificate/issuer-memory.ts";

const root = await createCa({ name: "Root" });
const ca = await createCa({ name: "Device CA", issuer: root });
const namesake = await createCa({ name: "Device CA" });
const leaf = await issueLeaf(ca, { subject: "CN=1" });
const forged = await issueLeaf(namesake, { subject: "CN=2" });
const day = 24 * 60 * 60 * 1000;

describe("what is remembered of issuers changes no answer", () => {
  const memory = createIssuerMemory();
  const soon = new Date(Date.now() + 60_000);
  const late = new Date(soon.getTime() + 100 * 365 * day);
  const cases = [
    { name: "an anchor that signed it", der: leaf.der, anchors: [ca.der], now: soon },
    { name: "the same after the anchor has expired", der: leaf.der, anchors: [ca.der], now: late },
    { name: "the same before that", der: leaf.der, anchors: [ca.der], now: soon },
    {
      name: "an anchor of that name with another key",
      der: forged.der,
      anchors: [ca.der],
      now: soon,
    },
    {
      name: "two anchors of that name",
      der: forged.der,
      anchors: [ca.der, namesake.der],
      now: soon,
    },
    { name: "an anchor above the issuer", der: leaf.der, anchors: [root.der], now: soon },
    { name: "no anchor", der: leaf.der, anchors: [], now: soon },
  ];
  const judge = ({ der, anchors, now }: (typeof cases)[number], known = createIssuerMemory()) =>
    checkCertificate({
      leaf: der,
      intermediates: [ca.der],
      anchors,
      now,
      rules: {},
      memory: known,
    });

  test.for([...cases, ...cases.toReversed()])("$name", (each) => {
    expect(judge(each, memory)).toEqual(judge(each));
  });

  test("as these differ", () => {
    const codes = cases.map((each) => judge(each, memory).findings[0]?.code);
    expect(codes).toEqual([
      undefined,
      "ISSUER_INVALID",
      undefined,
      "SIGNATURE_INVALID",
      undefined,
      undefined,
      "ISSUER_NOT_TRUSTED",
    ]);
  });
});
