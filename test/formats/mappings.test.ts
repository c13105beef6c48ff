import { describe, expect, test } from "vitest";
import { describeColumns } from "../../src/formats/fields/describe-columns.ts";
import { makeSample, readAll } from "./support.ts";

describe("a mapping that a format has no use for", () => {
  test.for(["pem", "der", "pkcs7", "base64-list", "azure-dps"])(
    "is refused, so that nobody takes it for done: %s",
    async (name) => {
      const { bytes } = makeSample(name);
      await expect(readAll(bytes, { mapping: { cert: "x" } })).rejects.toMatchObject({
        code: "MAPPING_INVALID",
        message: expect.stringMatching(/Leave out the mapping of: cert\.$/),
      });
      await readAll(bytes, { mapping: {} });
    },
  );

  test("is refused in part: Microchip's says which slot counts, and the id is signed", async () => {
    const { bytes, options } = makeSample("microchip");
    await readAll(bytes, { ...options, mapping: { cert: "0" } });
    const told = readAll(bytes, { ...options, mapping: { cert: "0", id: "uniqueId" } });
    await expect(told).rejects.toMatchObject({
      code: "MAPPING_INVALID",
      message: expect.stringMatching(/only says cert.*: id\.$/),
    });
  });
});

describe("what each column is read as", () => {
  test.for([
    [
      ["MAC", "cn", "cert", "chain", "qrcode", "", "lot"],
      undefined,
      ["id", "attribute", "cert", "chain", "left-out", "left-out", "attribute"],
    ],
    [["MAC", "cn", "cert"], { id: "cn" }, ["attribute", "id", "cert"]],
    [["a", "b"], { cert: "B" }, ["attribute", "cert"]],
  ] as const)("%j with %j", ([names, mapping, uses]) => {
    expect(describeColumns(names, mapping).map(({ use }) => use)).toEqual(uses);
  });
});
