import { describe, expect, test } from "vitest";
import { readCertificates } from "../../../src/formats/certificates/read-certificates.ts";
import { separateChains } from "../../../src/formats/certificates/separate-chains.ts";
import { createCa, issueLeaf, type SampleCertificate } from "../../../src/local/sample-pki.ts";
import { toCertificateId } from "../../../src/rules/certificate/to-certificate-id.ts";

function separate(...certificates: readonly SampleCertificate[]) {
  const names = new Map(certificates.map((each) => [each.certificateId, each]));
  const text = certificates.map(({ pem }) => pem).join("");
  const { leaves, others } = separateChains(readCertificates(Buffer.from(text), "x").certificates);
  return {
    leaves: leaves.map(({ facts, record, chain }) => ({
      leaf: names.get(facts.certificateId),
      record,
      chain: chain.map((der) => names.get(toCertificateId(der))),
    })),
    others: others.map(({ facts }) => names.get(facts.certificateId)),
  };
}

async function setup() {
  const root = await createCa({ name: "Root" });
  const ca = await createCa({ name: "Device CA", issuer: root });
  return {
    root,
    ca,
    first: await issueLeaf(ca, { subject: "CN=0001" }),
    second: await issueLeaf(ca, { subject: "CN=0002", basicConstraints: false }),
  };
}

describe("separateChains", () => {
  test("leaves alone have no chains", async () => {
    const { first, second } = await setup();
    expect(separate(first, second)).toEqual({
      leaves: [
        { leaf: first, record: 1, chain: [] },
        { leaf: second, record: 2, chain: [] },
      ],
      others: [],
    });
  });

  test("each leaf gets the CAs that lead away from it, wherever they stand", async () => {
    const { root, ca, first, second } = await setup();
    const chain = [ca, root];
    expect(separate(first, ca, root, second, ca, root).leaves).toEqual([
      { leaf: first, record: 1, chain },
      { leaf: second, record: 4, chain },
    ]);
    expect(separate(root, ca, second, first).leaves).toEqual([
      { leaf: second, record: 3, chain },
      { leaf: first, record: 4, chain },
    ]);
  });

  test("a CA of the right name has to have signed it", async () => {
    const { ca, first } = await setup();
    const namesake = await createCa({ name: "Device CA" });
    expect(separate(first, namesake, ca)).toEqual({
      leaves: [{ leaf: first, record: 1, chain: [ca] }],
      others: [namesake],
    });
  });

  test("CAs that lead to no leaf are told apart", async () => {
    const { root, first } = await setup();
    expect(separate(root, first)).toEqual({
      leaves: [{ leaf: first, record: 2, chain: [] }],
      others: [root],
    });
  });

  test("of copies the first counts", async () => {
    const { ca, first } = await setup();
    expect(separate(ca, first, ca, first)).toEqual({
      leaves: [{ leaf: first, record: 2, chain: [ca] }],
      others: [],
    });
  });

  test("CAs that signed each other end the chain", async () => {
    const a = await createCa({ name: "A" });
    const b = await createCa({ name: "B", issuer: a });
    const crossed = await createCa({ name: "A", issuer: b, key: a });
    const leaf = await issueLeaf(b, { subject: "CN=0001" });
    expect(separate(leaf, b, crossed).leaves).toEqual([{ leaf, record: 1, chain: [b, crossed] }]);
  });

  test("a chain has at most eight CAs", async () => {
    const cas = [await createCa({ name: "CA 0" })];
    for (let level = 1; level <= 8; level += 1) {
      const issuer = cas.at(-1);
      if (issuer) cas.push(await createCa({ name: `CA ${level}`, issuer }));
    }
    const last = cas.at(-1);
    if (!last) throw new Error("The chain is empty.");
    const { leaves } = separate(await issueLeaf(last, { subject: "CN=0001" }), ...cas);
    expect(leaves[0]?.chain).toEqual(cas.slice(1).toReversed());
  });

  test("of one name ten CAs are tried", async () => {
    const { ca, first } = await setup();
    const key = await createCa({ name: "Device CA" });
    const namesakes = await Promise.all(
      Array.from({ length: 10 }, () => createCa({ name: "Device CA", key })),
    );
    expect(separate(first, ...namesakes.slice(1), ca).leaves[0]?.chain).toEqual([ca]);
    expect(separate(first, ...namesakes, ca).leaves[0]?.chain).toEqual([]);
  });
});
