import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { readBothWays } from "../read-both-ways.ts";

async function makeCertificates() {
  const ca = await createCa({ name: "Device CA" });
  const first = await issueLeaf(ca, { subject: "CN=0001" });
  const second = await issueLeaf(ca, { subject: "CN=0002" });
  return { ca, first: first.der, second: second.der };
}

const certificates = await makeCertificates();

/** What an OPTIGA Trust M puts before a certificate: a tag, and three lengths around it. */
function toTagged(der: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header[0] = 0xc0;
  header.writeUInt16BE(der.length + 6, 1);
  header.writeUIntBE(der.length + 3, 3, 3);
  header.writeUIntBE(der.length, 6, 3);
  return Buffer.concat([header, der]);
}

const before = "(BYTES_BEFORE_CERTIFICATE)";
const after = "(BYTES_AFTER_CERTIFICATE)";

describe("certificates in DER", () => {
  test("stand behind an identity tag, or memory that was not written", async () => {
    const { first } = certificates;
    const leading = [
      toTagged(first),
      ...[0x00, 0xff].map((byte) => Buffer.concat([Buffer.alloc(200, byte), first])),
    ];
    for (const input of leading) {
      expect(await readBothWays(input)).toEqual({
        format: "der",
        cas: 0,
        lines: [`1: 0001 ${before}`],
      });
    }
    const padded = Buffer.concat([toTagged(first), Buffer.alloc(40, 0xff)]);
    expect((await readBothWays(padded)).lines).toEqual([`1: 0001 ${before} ${after}`]);
  });

  test("follow one another with anything between them", async () => {
    const { ca, first, second } = certificates;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 3, maxLength: 3 }),
        async (gaps) => {
          const [one, other, end] = gaps.map((gap) =>
            Buffer.from(gap.filter((byte) => byte !== 0x30)),
          );
          const input = Buffer.concat([
            first,
            one ?? Buffer.of(),
            ca.der,
            other ?? Buffer.of(),
            second,
            end ?? Buffer.of(),
          ]);
          const { cas, lines } = await readBothWays(input);
          const warned = (gap: Buffer | undefined) => (gap?.length ? ` ${after}` : "");
          expect([cas, ...lines]).toEqual([1, `1: 0001${warned(one)}`, `3: 0002${warned(end)}`]);
        },
      ),
      { numRuns: 15 },
    );
  });

  test("are not looked for in all of a file", async () => {
    const { first } = certificates;
    const input = Buffer.concat([Buffer.alloc(5000, 1), first]);
    await expect(readBothWays(input)).rejects.toMatchObject({ code: "MANIFEST_UNREADABLE" });
  });
});
