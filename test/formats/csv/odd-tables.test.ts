import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, type ReadOptions, readAll, recordsOf, toLines } from "../support.ts";

const pems = (await makeDevices(4)).map(({ leaf }) => toPem(leaf));
const [pem = "", otherPem = "", thirdPem = ""] = pems;
const [base64 = "", otherBase64 = ""] = pems.map((each) =>
  each.replaceAll(/-----.*?-----|\s/g, ""),
);

async function read(input: string | Uint8Array, options?: ReadOptions) {
  const { survey, rows } = await readAll(input, options);
  return { format: survey.format, lines: toLines(rows), rows, records: recordsOf(rows) };
}

describe("above the names of the columns there may be", () => {
  test.for([
    ["comments", "# made by a tool, version 2\n# for you\n"],
    ["a title and a blank row", "Delivery 4711;;\n\n"],
    ["a title with delimiters", "Delivery,4711,of Monday\n"],
    ["what Excel is told of the delimiter, in quotes", '"sep=,"\r\n'],
  ])("%s", async ([, top = ""]) => {
    const { format, lines } = await read(`${top}id,cert\nA,${base64}\n`);
    expect({ format, lines }).toEqual({ format: "csv", lines: ["1: A"] });
  });
});

describe("between rows there may be", () => {
  test("comments, which are no records; an id with a number sign is one", async () => {
    const text = `id,cert\nA,${base64}\n# checked, by hand "x\n#end\n#5,${otherBase64}\n##\n`;
    expect((await read(text)).lines).toEqual(["1: A", "2: #5"]);
  });

  test("the names again, where files were joined: such a row is told from others", async () => {
    const text = `id,cert\nA,${base64}\nID ,Cert\nB,${otherBase64}\n`;
    expect((await read(text)).lines).toEqual(["1: A", "2: HEADER_REPEATED", "3: B"]);
  });

  test("nothing, or what DOS and memory end files with", async () => {
    const text = `id,cert\nA,${base64}\r\n\u001a\0\0`;
    expect((await read(text)).lines).toEqual(["1: A"]);
  });
});

describe("PEM without quotes", () => {
  test.for([
    ["in the last column", `id,cert\nA,${pem}B,${otherPem}`],
    ["in the first column", `cert,id\n${pem.trim()},A\n${otherPem.trim()},B\n`],
    ["between others, with CRLF", `id,cert,lot\r\n${toRows(",7", "\r\n")}`],
  ])("over several lines is one cell: %s", async ([, text = ""]) => {
    expect((await read(text)).lines).toEqual(["1: A", "2: B"]);
  });

  function toRows(more: string, end: string): string {
    return [pem, otherPem]
      .map((each, at) => `${"AB"[at]},${each.trim().replaceAll("\n", end)}${more}${end}`)
      .join("");
  }

  test("that does not end costs its own lines only", async () => {
    const cut = pem.slice(0, 200);
    const { lines } = await read(`id,cert\nA,${cut}\nB,${otherPem}C,"${thirdPem}"\n`);
    expect(lines.at(0)).toBe("1: CERTIFICATE_UNREADABLE");
    expect(lines.slice(-2).map((line) => line.replace(/^\d+: /, ""))).toEqual(["B", "C"]);
  });

  test("is read alike in chunks of any size, beside comments and quotes", async () => {
    const cells = fc.constantFrom(pem, `"${pem}"`, base64, pem.replaceAll("\n", "\\n"), "x", "");
    const rows = fc.array(fc.tuple(cells, fc.constantFrom("", "# a, b\n", "\n", "#c\n")), {
      minLength: 1,
      maxLength: 12,
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rows, sizes, async (given, chunkSizes) => {
        const text = given.map(([cell, between], at) => `${between}D${at},${cell.trimEnd()},7\n`);
        const input = `id,cert,lot\n${text.join("")}`;
        const whole = await read(input);
        expect(whole.lines).toHaveLength(given.length);
        expect((await read(input, { chunkSizes })).rows).toEqual(whole.rows);
      }),
      { numRuns: 25 },
    );
  });

  test("that never ends, ten thousand times, is read in no time to speak of", async () => {
    const text = `id,cert\n${"A,-----BEGIN X\n".repeat(10_000)}`;
    const { lines } = await read(text);
    expect(lines).toHaveLength(10_000);
  });
});

describe("rows that are shorter than the header", () => {
  test("have empty cells at the end; without a certificate they are refused by name", async () => {
    const { lines, records, rows } = await read(`id,cert,lot,note\nA,${base64}\nB\n`);
    expect(lines).toEqual(["1: A", "2: CELL_COUNT_WRONG"]);
    expect(records[0]).toMatchObject({ attributes: {}, warnings: [] });
    expect(rows[1]).toMatchObject({ deviceId: "B" });
  });
});

describe("ids", () => {
  test.for(["1.23E+17", "1E+17", "1,23E+17", "1.23E-05", "1.2345E17"])(
    "that a spreadsheet has turned into a number are refused: %s",
    async (id) => {
      expect((await read(`id;cert\n${id};${base64}\n`)).lines).toEqual(["1: DEVICE_ID_DAMAGED"]);
    },
  );

  test.for(["5E10", "12E4567890", "E+5"])("in hex are none of them: %s", async (id) => {
    expect((await read(`id,cert\n${id},${base64}\n`)).lines).toEqual([`1: ${id}`]);
  });

  test("with fewer digits than the first ones are warned of", async () => {
    const ids = ["00012345", "00012346", "00012347", "12348", "x"];
    const rows = ids.map((id) => `${id},${base64}\n`).join("");
    // One that is no number, early on, and ids are no numbers.
    expect((await read(`id,cert\n${rows}`)).records.flatMap(({ warnings }) => warnings)).toEqual(
      [],
    );
    const { records } = await read(`id,cert\n${rows.split("\n").slice(0, 4).join("\n")}`);
    expect(records.map(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
      [],
      [],
      [],
      ["DEVICE_ID_SHORT"],
    ]);
  });

  test("are said of rows that are refused for something else", async () => {
    const { rows } = await read(`mac,cert\naa:bb:cc:dd:ee:ff,AAAA\n1.2E+9,AAAA\n`);
    expect(rows).toMatchObject([{ deviceId: "AABBCCDDEEFF" }, { code: "CERTIFICATE_UNREADABLE" }]);
    expect(rows[1]).not.toHaveProperty("deviceId");
  });
});

describe("tables that other tools make and that hold no certificates are refused with advice", () => {
  test.for([
    ["IoT Central", "IOTC_DEVICEID,IOTC_SASKEY_PRIMARY\na,b\n", /Azure IoT Central.*secrets/],
    ["Sierra Wireless", "IMEI,FSN,NAME,TAG.region\n1,2,3,4\n", /Sierra Wireless.*IMEI/],
    ["a RainMaker update", "node_id,admin_groups,city\na,b,c\n", /node_certs\.csv/],
    ["nRF Cloud, with names", "deviceId,mfwVersion,imei\na,b,c\n", /onboarding CSV/],
    ["attestation, with names", "imei,uuid,token,isoTime\na,b,c,d\n", /attestation/],
  ] as const)("%s", async ([, text, advice]) => {
    await expect(readAll(text)).rejects.toMatchObject({
      code: "MANIFEST_WITHOUT_CERTIFICATES",
      message: expect.stringMatching(advice),
    });
  });

  test("but ThingsBoard's, which has a column of certificates, is read", async () => {
    const table = `NAME,TYPE,LABEL,X509\ndev-1,default,lab,${base64}\n`;
    expect((await read(table)).lines).toEqual(["1: dev-1"]);
    const withToken = `NAME,ACCESS_TOKEN,X509\ndev-1,s3cret,${base64}\n`;
    await expect(readAll(withToken)).rejects.toMatchObject({ code: "SECRET_REFUSED" });
  });
});
