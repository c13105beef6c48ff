import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, type ReadOptions, readAll, recordsOf, toLines } from "../support.ts";

const [pem = "", otherPem = ""] = (await makeDevices(2)).map(({ leaf }) => toPem(leaf));
const request = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";
const arn = "arn:aws:iot:eu-west-1:123456789012";

async function read(objects: readonly object[], options?: ReadOptions) {
  const text = objects.map((object) => `${JSON.stringify(object)}\n`).join("");
  const { survey, rows } = await readAll(text, options);
  return { format: survey.format, lines: toLines(rows), rows, records: recordsOf(rows) };
}

describe("parameters of a bulk registration", () => {
  test("may be named as their template's author likes: PEM tells the certificate", async () => {
    const { lines } = await read([
      { ThingName: "a", FooCertificate: pem },
      { ThingName: "b", Whatever: otherPem },
      { ThingName: "c", Anything: request },
      { ThingName: "d", One: pem, Another: otherPem },
      { ThingName: "e", Nothing: "x" },
    ]);
    expect(lines).toEqual([
      "1: a",
      "2: b",
      "3: REQUEST_NOT_CERTIFICATE",
      "4: CERTIFICATES_SEVERAL",
      "5: CERTIFICATE_MISSING",
    ]);
  });

  test.for(["CERTIFICATEPEM", "certificatePem", "Certificate", "certificate_pem"])(
    "are named in any case: %s",
    async (name) => {
      expect((await read([{ thingname: "a", [name]: pem }])).lines).toEqual(["1: a"]);
    },
  );

  test("come back as results, with the thing's name in its ARN", async () => {
    const response = {
      CertificatePem: pem,
      ResourceArns: { certificate: `${arn}:cert/00`, thing: `${arn}:thing/sensor-1` },
    };
    const { records, lines } = await read([
      { lineNumber: 1, offset: 0, response },
      { lineNumber: 2, offset: 90, response: { errorCode: "x" } },
    ]);
    expect(lines).toEqual(["1: sensor-1", "2: CERTIFICATE_MISSING"]);
    expect(records[0]?.attributes).toEqual({});
  });
});

describe("numbers", () => {
  test("of more digits than JavaScript counts are taken as they are written", async () => {
    const certificate = JSON.stringify(pem);
    const { rows } = await readAll(
      [
        `{"deviceId":123456789012345678901,"cert":${certificate},"attributes":{"lot":10000000000000000000001}}`,
        `{"deviceId":1.23E+17,"cert":${certificate}}`,
        `{"deviceId":351234567890123,"cert":${certificate}}`,
      ].join("\n"),
    );
    expect(toLines(rows)).toEqual([
      "1: 123456789012345678901",
      "2: DEVICE_ID_DAMAGED",
      "3: 351234567890123",
    ]);
    expect(recordsOf(rows)[0]?.attributes).toEqual({ lot: "10000000000000000000001" });
  });
});

describe("an array within an object", () => {
  const devices = [
    { id: "a", cert: pem },
    { id: "b", cert: otherPem },
  ];
  test.for([
    ["in one line", JSON.stringify({ count: 2, devices })],
    ["written for people", JSON.stringify({ next: null, made: 'by "us"', devices }, null, 2)],
  ])("is read as the array is: %s", async ([, text = ""]) => {
    const { survey, rows } = await readAll(text, { chunkSizes: [333] });
    expect([survey.format, ...toLines(rows)]).toEqual(["json-array", "1: a", "2: b"]);
  });

  test("of a device is none of devices", async () => {
    const object = { id: "a", cert: pem, parts: [{ id: "x" }, { id: "y" }] };
    expect((await read([object, { ...object, id: "b", cert: otherPem }])).lines).toEqual([
      "1: a (ATTRIBUTE_LEFT_OUT)",
      "2: b (ATTRIBUTE_LEFT_OUT)",
    ]);
  });

  test("of an IoT Hub's devices is refused with advice", async () => {
    const identity = { deviceId: "a", authentication: { symmetricKey: { primaryKey: "a" } } };
    await expect(readAll(JSON.stringify([identity]))).rejects.toMatchObject({
      code: "MANIFEST_WITHOUT_CERTIFICATES",
    });
  });
});

describe("a mapping", () => {
  const objects = [
    { nummer: "a", zeugnis: pem, device: { pem: otherPem, "s.n": "x" } },
    { nummer: "b", zeugnis: otherPem },
  ];

  test("names members, of lines and of arrays", async () => {
    const options = { mapping: { cert: "Zeugnis", id: "nummer" } };
    expect((await read(objects, options)).lines).toEqual(
      ["1: a", "2: b"].map((line, at) => (at === 0 ? `${line} (ATTRIBUTE_LEFT_OUT)` : line)),
    );
    const { rows } = await readAll(JSON.stringify(objects, null, 1), options);
    expect(recordsOf(rows).map(({ deviceId }) => deviceId)).toEqual(["a", "b"]);
  });

  test("names members of members", async () => {
    const { records, rows } = await read(objects, {
      mapping: { cert: "device.pem", id: "nummer" },
    });
    expect(records.map(({ deviceId }) => deviceId)).toEqual(["a", "b"]);
    expect(rows[0]).toMatchObject({ facts: { subjectAttributes: { CN: ["sensor-0000002"] } } });
  });

  test.for([
    [{ cert: "foo" }, /no member "foo"\. Its members: "nummer", "zeugnis", "device"/],
    [{ cert: "zeugnis", id: "device.no" }, /no member "device\.no"/],
  ] as const)("that names what is not there is refused: %j", async ([mapping, message]) => {
    const refused = { code: "MAPPING_INVALID", message: expect.stringMatching(message) };
    await expect(read(objects, { mapping })).rejects.toMatchObject(refused);
    await expect(readAll(JSON.stringify(objects), { mapping })).rejects.toMatchObject(refused);
  });
});

describe("an array in one line", () => {
  const long = { deviceId: "b", cert: pem, more: [{ text: '}{"\\"'.repeat(100_000) }, {}] };
  const objects = [{ deviceId: "a", cert: pem }, long, { deviceId: "c", cert: otherPem }];
  test.for([[1 << 20], [70_000], [65_536, 1]])(
    "loses no object to one that is too long, in chunks of %j",
    async (chunkSizes) => {
      const { rows } = await readAll(JSON.stringify(objects), { chunkSizes });
      expect(toLines(rows)).toEqual(["1: a", "2: RECORD_TOO_LONG", "3: c"]);
    },
  );

  test("goes on at a line where one that is too long has no end", async () => {
    const [first, , last] = objects.map((object) => JSON.stringify(object));
    const open = JSON.stringify(long).slice(0, -1);
    const { rows } = await readAll(`[${first},\n${open},\n${last}]`);
    expect(toLines(rows)).toEqual(["1: a", "2: RECORD_TOO_LONG", "3: c"]);
  });
});
