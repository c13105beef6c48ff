import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeDer, integer, oid, sequence } from "../../src/formats/sample/encode-der.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, createBatchWorld, makeManifest } from "./support.ts";

let database: Dynoxide;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

interface Device {
  readonly certificate: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Devices of a made-up manifest, to be written otherwise. */
function makeDevices(count: number) {
  const { bytes, ca } = makeManifest("ndjson", count);
  const lines = bytes.toString().trim().split("\n");
  return { devices: lines.map((line) => JSON.parse(line) as Device), ca };
}

function toNdjson(devices: readonly object[]): Buffer {
  return Buffer.from(devices.map((each) => `${JSON.stringify(each)}\n`).join(""));
}

async function land(bytes: Buffer, ca: Uint8Array) {
  const world = await createBatchWorld(database.url, { issuers: [ca] });
  const id = await world.push(bytes);
  await world.drain();
  const { rows } = await world.useCases.listErrors(acme, id, { limit: 100 });
  const { certificateIds } = await world.deps.listEntries(id, { limit: 100 });
  return { batch: await world.useCases.show(acme, id), rows, certificateIds };
}

describe("rows that are odd", () => {
  test.for([
    ["U+2028", "\u2028"],
    ["U+2029", "\u2029"],
    ["U+0085", "\u0085"],
  ])("land with %s, which some take for the end of a line, in a value", async ([, end]) => {
    const { devices, ca } = makeDevices(30);
    const spoilt = devices.map((each) => ({ ...each, attributes: { lot: `7${end}8` } }));
    const { batch, rows } = await land(toNdjson(spoilt), ca);
    expect(batch).toMatchObject({ status: "completed", counts: { rows: 30, added: 30 } });
    expect(rows).toEqual([]);
  });

  test("land though together they are more than the database takes at once", async () => {
    const { devices, ca } = makeDevices(40);
    const names = Array.from({ length: 40 }, (_, index) => `field${index}`);
    const attributes = Object.fromEntries(names.map((name) => [name, "語".repeat(1_000)]));
    // The format is told by the first.
    const large = devices.map((each, index) => (index === 0 ? each : { ...each, attributes }));
    const world = await createBatchWorld(database.url, {
      issuers: [ca],
      limits: { partRecords: 1_000, partBytes: 16 * 1024 ** 2 },
    });
    const id = await world.push(toNdjson(large));
    await world.drain();
    const counts = { rows: 40, added: 40 };
    expect(await world.useCases.show(acme, id)).toMatchObject({ status: "completed", counts });
  });

  test("whose id makes no thing name land with a warning, and nothing is taken out of it", async () => {
    const { devices, ca } = makeDevices(2);
    const ids = ["d-1", "0123F1822C38DD7A01 ATECC"];
    const named = devices.map(({ certificate }, at) => ({ certificate, deviceId: ids[at] }));
    const thing = { name: "${deviceId}" };
    const world = await createBatchWorld(database.url, { issuers: [ca], thing });
    const id = await world.push(toNdjson(named));
    await world.drain();
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 100 });
    expect(rows).toMatchObject([
      {
        record: 2,
        severity: "warning",
        code: "THING_NAME_INVALID",
        deviceId: ids[1],
        message: expect.stringMatching(/would stay out.*"0123F1822C38DD7A01 ATECC"/),
      },
    ]);
    expect(await world.useCases.show(acme, id)).toMatchObject({
      counts: { rows: 2, added: 2, refused: 0, warnings: 1 },
    });
  });

  test("of one record land each by itself, though one of them came before", async () => {
    const { devices, ca } = makeDevices(4);
    const ders = devices.map(({ certificate }) => new X509Certificate(certificate).raw);
    const [first, ...others] = ders;
    const pem = [
      toPem("CERTIFICATE", first ?? Buffer.alloc(0)),
      toPem(
        "PKCS7",
        toPkcs7([...others.slice(0, 1), first ?? Buffer.alloc(0), ...others.slice(1)]),
      ),
    ];
    const { batch, rows, certificateIds } = await land(Buffer.from(pem.join("\n")), ca);
    expect(batch.counts).toEqual({ rows: 5, added: 4, known: 1, refused: 0, warnings: 1 });
    expect(rows.map(({ record, code }) => [record, code])).toEqual([[2, "CERTIFICATE_TWICE"]]);
    expect(new Set(certificateIds).size).toBe(4);
  });

  test("are reported with the id of their device, where it can be read", async () => {
    const { bytes, ca } = makeManifest("microchip", 2);
    const { batch, rows } = await land(bytes, ca);
    expect(batch.counts).toMatchObject({ rows: 2, refused: 2 });
    const refused = { code: "SIGNER_NOT_TRUSTED", deviceId: expect.stringMatching(/^0123/) };
    expect(rows).toMatchObject([refused, refused]);
  });
});

function toPem(label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** RFC 2315: certificates and nothing signed. */
function toPkcs7(certificates: readonly Uint8Array[]): Uint8Array {
  const signedData = sequence(
    integer(Buffer.of(1)),
    encodeDer(0x31),
    sequence(oid("2a864886f70d010701")),
    encodeDer(0xa0, ...certificates),
    encodeDer(0x31),
  );
  return sequence(oid("2a864886f70d010702"), encodeDer(0xa0, signedData));
}
