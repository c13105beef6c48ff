import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { toOtherKind } from "../../../src/formats/certificates/other-kinds.ts";
import {
  bitString,
  encodeDer,
  integer,
  oid,
  sequence,
} from "../../../src/formats/sample/encode-der.ts";
import { makeDevices, readAll, toLines } from "../support.ts";

const [device] = await makeDevices(1);
const leaf = device?.leaf ?? new Uint8Array();
const algorithm = sequence(oid("2a8648ce3d040302"));
const name = sequence();
const spki = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  type: "spki",
  format: "der",
});
const signed = (content: Uint8Array) => sequence(content, algorithm, bitString(Buffer.alloc(64)));
const request = signed(sequence(integer(Buffer.of(0)), name, spki, encodeDer(0xa0)));
const crl = signed(
  sequence(integer(Buffer.of(1)), algorithm, name, encodeDer(0x17, Buffer.from("260101000000Z"))),
);
const message = sequence(oid("2a864886f70d010703"), encodeDer(0xa0));

describe("what a certificate is mixed up with is told by its parts", () => {
  test.for([
    ["a certificate", leaf, undefined, undefined],
    ["a request", request, "REQUEST_NOT_CERTIFICATE", /signing request/],
    ["a list of revoked ones", crl, "NOT_A_CERTIFICATE", /revoked/],
    ["a public key", spki, "NOT_A_CERTIFICATE", /public key/],
    ["an encrypted message", message, "NOT_A_CERTIFICATE", /CMS message/],
    ["nothing", Buffer.of(), undefined, undefined],
    ["half of a request", request.subarray(0, 20), undefined, undefined],
  ] as const)("%s", ([, der, code, said]) => {
    const kind = toOtherKind(der);
    expect(kind?.code).toBe(code);
    if (said) expect(kind?.name).toMatch(said);
  });

  test("in a table, a list and in PEM", async () => {
    const [good = "", bad = ""] = [leaf, request].map((der) => Buffer.from(der).toString("base64"));
    const block = `-----BEGIN CERTIFICATE-----\n${bad}\n-----END CERTIFICATE-----\n`;
    for (const input of [`id,cert\n1,${bad}\n`, block]) {
      expect(toLines((await readAll(input)).rows)).toEqual(["1: REQUEST_NOT_CERTIFICATE"]);
    }
    const list = (await readAll(`${good}\n${bad}\n`)).rows;
    expect(toLines(list)[1]).toBe("2: REQUEST_NOT_CERTIFICATE");
  });
});
