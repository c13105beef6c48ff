import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { encodeCertificate } from "../../support/encode-der.ts";
import { makeDevices, type ReadOptions, readAll, recordsOf, toLines } from "../support.ts";

async function setup() {
  const [first, second] = await makeDevices(2);
  const leaf = first?.leaf ?? new Uint8Array();
  const pems = [first, second].map((each) => toPem(each?.leaf ?? new Uint8Array()));
  const [pem = "", otherPem = ""] = pems;
  return { pem, otherPem, leaf, base64: Buffer.from(leaf).toString("base64") };
}

async function read(input: string | Uint8Array, options?: ReadOptions) {
  const { survey, rows } = await readAll(input, options);
  return { format: survey.format, lines: toLines(rows), records: recordsOf(rows) };
}

describe("a CSV is told by its header", () => {
  test.for([
    ["the plain names", "deviceId,certificate"],
    ["other cases and separators", "Device_ID,Certificate PEM"],
    ["ids of hardware", "MAC,cert"],
    ["semicolons", "serial;pem"],
    ["tabs", "uid\tcrt"],
    ["blanks around", " imei , x509 "],
    ["quotes", '"node_id","certs"'],
    ["what Excel is told of the delimiter", "sep=;\nserial;pem"],
    ["a byte order mark", "\ufeffserial,pem"],
  ])("with %s", async ([, header = ""]) => {
    const { pem } = await setup();
    const delimiter = /;|\t/.exec(header.split("\n").at(-1) ?? "")?.[0] ?? ",";
    const { format, lines } = await read(`${header}\nD-1${delimiter}"${pem}"\n`);
    expect({ format, lines }).toEqual({ format: "csv", lines: ["1: D-1"] });
  });

  test("or by the columns that are told", async () => {
    const { pem, base64 } = await setup();
    const text = `Zertifikat;Seriennummer\n"${pem}";S1\n`;
    const mapping = { cert: "Zertifikat", id: "seriennummer" };
    expect((await read(text, { mapping })).lines).toEqual(["1: S1"]);
    // Without a header columns go by their places.
    const headless = `S1,x,${base64}\nS2,y,${base64}\n`;
    const places = { mapping: { cert: "#3", id: "#1" } };
    const { records } = await read(headless, places);
    expect(records.map(({ deviceId, attributes }) => [deviceId, attributes])).toEqual([
      ["S1", { "#2": "x" }],
      ["S2", { "#2": "y" }],
    ]);
  });

  test.for([
    ["no column for certificates", "serial,lot\n1,2\n", {}, "MAPPING_INVALID"],
    ["certificates in a column of another name", "a,b\n1,%CERT%\n", {}, "MAPPING_INVALID"],
    ["two of them", "serial,cert,pem\n1,2,3\n", {}, "MAPPING_INVALID"],
    ["a column told that is not there", "a,b\n1,2\n", { cert: "c" }, "MAPPING_INVALID"],
    ["thumbprints alone", "deviceId,thumbprint\n1,2\n", {}, "MANIFEST_WITHOUT_CERTIFICATES"],
    [
      "an export of IoT Central",
      "IOTC_DEVICEID,IOTC_DEVICENAME,IOTC_SASKEY_PRIMARY,IOTC_X509THUMBPRINT_PRIMARY\na,b,c,d\n",
      {},
      "MANIFEST_WITHOUT_CERTIFICATES",
    ],
    [
      "a recipe for esp_secure_cert",
      "tlv_type,tlv_subtype,data_value,data_type\n0,0,a,b\n",
      {},
      "SECRET_REFUSED",
    ],
    [
      "such a recipe with files that are called as columns are",
      "tlv_type,tlv_subtype,data_value,data_type\nDEV_CERT,0,cert.pem,file\nPRIV_KEY,0,hunter2,hex\n",
      {},
      "SECRET_REFUSED",
    ],
    ["secrets beside", "id,cert,psk\n1,x,hunter2\n", {}, "SECRET_REFUSED"],
    ["no table at all", "Dear Sir or Madam,\nplease find\n", {}, "MANIFEST_UNREADABLE"],
  ] as const)("and refused with %s", async ([, input, mapping, code]) => {
    const options = Object.keys(mapping).length > 0 ? { mapping } : {};
    const refused = read(input.replace("%CERT%", (await setup()).base64), options);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.not.toThrow(/hunter2/);
  });
});

describe("a certificate in a cell", () => {
  const forms: Readonly<Record<string, (pem: string, base64: string) => string>> = {
    "over several lines": (pem) => `"${pem}"`,
    "with CRLF": (pem) => `"${pem.replaceAll("\n", "\r\n")}"`,
    "with CR": (pem) => `"${pem.replaceAll("\n", "\r")}"`,
    "with written line ends": (pem) => pem.replaceAll("\n", "\\n"),
    "with blanks for line ends": (pem) => pem.replaceAll("\n", " "),
    "without line ends": (pem) => pem.replaceAll("\n", ""),
    "in base64 of DER": (_, base64) => base64,
    "in base64 for URLs": (_, base64) => Buffer.from(base64, "base64").toString("base64url"),
    "in base64 of PEM": (pem) => Buffer.from(pem).toString("base64"),
    "in hex": (_, base64) => Buffer.from(base64, "base64").toString("hex"),
  };
  test.for(Object.keys(forms))("%s", async (form) => {
    const { pem, otherPem, base64, leaf } = await setup();
    const cell = forms[form]?.(pem, base64) ?? "";
    const { lines, records } = await read(`id,cert,lot\nA,${cell},7\nB,"${otherPem}",8\n`);
    expect(lines).toEqual(["1: A", "2: B"]);
    expect(Buffer.from(records[0]?.leaf ?? []).equals(leaf)).toBe(true);
    expect(records.map(({ attributes }) => attributes)).toEqual([{ lot: "7" }, { lot: "8" }]);
  });
});

describe("rows", () => {
  test("are counted, not lines, and blank ones are not", async () => {
    const { pem } = await setup();
    const text = `id,cert\r\n\r\nA,"${pem}"\r\n,,\r\n"",\r\nB,x\r\n;\r\nC,"${pem}"`;
    expect((await read(text)).lines).toEqual([
      "1: A",
      "2: CERTIFICATE_UNREADABLE",
      "3: CELL_COUNT_WRONG",
      "4: C",
    ]);
  });

  test("may end in CR alone", async () => {
    const { base64 } = await setup();
    const { lines } = await read(`id,cert\rA,${base64}\rB,${base64}`);
    expect(lines).toEqual(["1: A", "2: B"]);
  });

  test("with a quote that nothing closes spoil themselves alone", async () => {
    const { pem, base64 } = await setup();
    const text = `id,cert\nA,"${pem.slice(0, 300)}\nB,${base64}\nC,${base64}\n`;
    expect((await read(text)).lines).toEqual(["1: RECORD_UNCLOSED", "2: B", "3: C"]);
  });

  test("may have quotes in and after quotes", async () => {
    const { base64 } = await setup();
    const { records } = await read(
      `id,cert,a,b\nA, "${base64}" ,"say ""no""",5" pipe\nB,${base64},"x"y,\n`,
    );
    expect(records.map(({ attributes }) => attributes)).toEqual([
      { a: 'say "no"', b: '5" pipe' },
      { a: "xy" },
    ]);
  });

  test("keep what Windows wrote in its own letters, and UTF-8", async () => {
    const { base64 } = await setup();
    const text = `id,cert,ort\nA,${base64},Köln\n`;
    for (const encoding of ["utf8", "latin1"] as const) {
      const { records } = await read(Buffer.from(text, encoding));
      expect(records[0]?.attributes).toEqual({ ort: "Köln" });
    }
  });

  test("in UTF-16 are read too, as one part", async () => {
    const { base64 } = await setup();
    const text = Buffer.from(`\ufeffid,cert\nA,${base64}\nB,x\n`, "utf16le");
    for (const input of [text, Buffer.from(text).swap16()]) {
      expect((await read(input, { partRecords: 1 })).lines).toEqual([
        "1: A",
        "2: CERTIFICATE_UNREADABLE",
      ]);
    }
  });
});

describe("ids", () => {
  test.for([
    ["mac", "4b:a2:bb:87:64:bd", "4BA2BB8764BD"],
    ["mac", "4b-a2-bb-87-64-bd", "4BA2BB8764BD"],
    ["mac", "4ba2.bb87.64bd", "4BA2BB8764BD"],
    ["mac", "not an address", "not an address"],
    ["serial", "4b:a2", "4b:a2"],
    ["serial", " 0042 ", "0042"],
  ])("in %s: %s is %s", async ([column, given, read_]) => {
    const { base64 } = await setup();
    expect((await read(`${column},cert\n${given},${base64}\n`)).lines).toEqual([`1: ${read_}`]);
  });

  test("that lost the zeros of the certificate's name are refused", async () => {
    // Of CN=0123, and a key that only facts are read of.
    const base64 = Buffer.from(encodeCertificate()).toString("base64");
    const readId = async (id: string) =>
      (await read(`serial,cert\n${id},${base64}\n`, { verifyChains: false })).lines;
    expect(await readId("0123")).toEqual(["1: 0123"]);
    expect(await readId("123")).toEqual(["1: DEVICE_ID_DAMAGED"]);
    expect(await readId("124")).toEqual(["1: 124"]);
  });

  test.for(["1.23E+17", "3,5e+14", "7E+11", "#N/A", "#REF!"])(
    "such as %s are refused",
    async (id) => {
      const { base64 } = await setup();
      expect((await read(`serial;cert\n${id};${base64}\n`)).lines).toEqual([
        "1: DEVICE_ID_DAMAGED",
      ]);
    },
  );
});
