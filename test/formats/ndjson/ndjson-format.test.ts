import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { makeDevices, type ReadOptions, readAll, recordsOf, toLines } from "../support.ts";

async function setup() {
  const [device] = await makeDevices(1);
  return { pem: toPem(device?.leaf ?? new Uint8Array()) };
}

async function read(input: string, options?: ReadOptions) {
  const { survey, rows } = await readAll(input, options);
  return { format: survey.format, lines: toLines(rows), records: recordsOf(rows) };
}

const lines = (...objects: readonly unknown[]) =>
  objects.map((object) => JSON.stringify(object)).join("\n");

describe("one JSON object per line", () => {
  test.for([
    ["plain names", { deviceId: "A", certificate: "" }],
    ["AWS IoT's bulk registration", { ThingName: "A", SerialNumber: "1", CertificatePem: "" }],
    ["a number for an id", { serial: 42, cert: "" }],
  ] as const)("with %s", async ([, object]) => {
    const { pem } = await setup();
    const device = Object.fromEntries(
      Object.entries(object).map(([name, value]) => [name, value === "" ? pem : value]),
    );
    const { format, records } = await read(`${lines(device, device)}\n`);
    expect(format).toBe("ndjson");
    const id = "serial" in object ? "42" : "A";
    expect(records.map(({ deviceId }) => deviceId)).toEqual([id, id]);
  });

  test("gives attributes: its own members, and those of `attributes`", async () => {
    const { pem } = await setup();
    const [record] = (
      await read(
        lines({ id: "A", cert: pem, lot: 7, ok: true, no: null, attributes: { sku: "x" } }),
      )
    ).records;
    expect(record?.attributes).toEqual({ lot: "7", ok: "true", sku: "x" });
    expect(record?.warnings).toEqual([]);
  });

  test("with half a character in it is a row that is refused, or an attribute that is left out", async () => {
    const { pem } = await setup();
    const attributes = { "a\ud800": "x", b: "\udc00", c: "whole 😀" };
    const { records, lines: read2 } = await read(
      `${lines({ id: "A\ud800", cert: pem })}\n${lines({ id: "B", cert: pem, attributes })}\n`,
    );
    expect(read2[0]).toContain("DEVICE_ID_INVALID");
    expect(records.map(({ deviceId, attributes: kept }) => [deviceId, kept])).toEqual([
      ["B", { c: "whole 😀" }],
    ]);
  });

  test("is cited in whole characters where it is cut", async () => {
    const { pem } = await setup();
    const id = `${"a".repeat(59)}😀${"a".repeat(100)}`;
    const [line = ""] = (await read(`${lines({ id, cert: pem })}\n`)).lines;
    expect(line).toContain("DEVICE_ID_INVALID");
    expect(line.isWellFormed()).toBe(true);
  });

  test("may have its members told", async () => {
    const { pem } = await setup();
    const options = { mapping: { cert: "Zertifikat", id: "Nummer" } };
    expect((await read(lines({ Zertifikat: pem, Nummer: "N1" }), options)).lines).toEqual([
      "1: N1",
    ]);
  });

  test("may have a chain beside the certificate, or in it", async () => {
    const root = await createCa({ name: "Root" });
    const ca = await createCa({ name: "Device CA", issuer: root });
    const leaf = await issueLeaf(ca, { subject: "CN=0001" });
    const inputs = [
      { cert: leaf.pem, chain: [ca.pem, root.pem] },
      { cert: leaf.pem, chain: root.pem + ca.pem },
      { cert: leaf.pem + ca.pem + root.pem },
    ];
    for (const input of inputs) {
      const [record] = (await read(lines(input))).records;
      expect(record?.verified).toBe("chain");
      expect(record?.chain.map((der) => Buffer.from(der).toString("hex"))).toEqual(
        [ca, root].map(({ der }) => Buffer.from(der).toString("hex")),
      );
    }
  });

  test("loses a bad line alone", async () => {
    const { pem } = await setup();
    const good = (id: string) => JSON.stringify({ id, cert: pem });
    const text = ['{"id":"A","cert":"x', good("B"), "", "[1]", "17", `${good("C")}}`, good("D")];
    expect((await read(`\n\n${text.join("\r\n")}`)).lines).toEqual([
      "1: RECORD_UNREADABLE",
      "2: B",
      "3: RECORD_UNREADABLE",
      "4: RECORD_UNREADABLE",
      "5: RECORD_UNREADABLE",
      "6: D",
    ]);
  });

  test("may be an array as well, in any layout", async () => {
    const { pem } = await setup();
    const devices = ["A", "B", "C"].map((id) => ({ id, cert: pem, more: { in: ["{", "]"] } }));
    for (const indent of [0, 2]) {
      const { format, lines: read_ } = await read(JSON.stringify(devices, null, indent), {
        partRecords: 2,
      });
      expect(format).toBe("json-array");
      expect(read_).toEqual(
        ["A", "B", "C"].map((id, at) => `${at + 1}: ${id} (ATTRIBUTE_LEFT_OUT)`),
      );
    }
  });
});
