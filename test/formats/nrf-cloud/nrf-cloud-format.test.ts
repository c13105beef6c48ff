import { describe, expect, test } from "vitest";
import { toPem } from "../../../src/formats/certificates/to-pem.ts";
import { makeDevices, readAll, toLines } from "../support.ts";

const [pem = "", otherPem = ""] = (await makeDevices(2)).map(({ leaf }) => toPem(leaf));

describe("nRF Cloud's onboarding CSV", () => {
  test.for([
    ["as its tool writes it", `d1,,lot-7|eu,APP|MODEM,"${pem}"\nd2,,,,"${otherPem}"\n`],
    ["all in quotes", `"d1","","","APP","${pem}"\n"d2","","t","MDM_FULL","${otherPem}"\n`],
    ["with CRLF", `d1,,,APP,"${pem}"\r\nd2,,,APP,"${otherPem}"`],
  ])("is told without a header: %s", async ([, text = ""]) => {
    const { survey, rows } = await readAll(text);
    expect([survey.format, ...toLines(rows)]).toEqual(["nrf-cloud", "1: d1", "2: d2"]);
  });

  test("is told by a later row where the first is bad, which costs itself", async () => {
    for (const [bad, code] of [
      ["x", "CERTIFICATE_UNREADABLE"],
      ["", "CERTIFICATE_MISSING"],
    ] as const) {
      const { survey, rows } = await readAll(`d1,,lot,APP|MODEM,${bad}\nd2,,,APP,"${otherPem}"\n`);
      expect([survey.format, ...toLines(rows)]).toEqual(["nrf-cloud", `1: ${code}`, "2: d2"]);
      expect(rows[0]).toMatchObject({ deviceId: "d1" });
    }
  });

  test("with a mapping is a table without a header", async () => {
    const options = { mapping: { cert: "#5", id: "#1" } };
    const { survey, rows } = await readAll(`d1,,,APP,"${pem}"\n`, options);
    expect([survey.format, ...toLines(rows)]).toEqual(["csv", "1: d1"]);
    // A mapping that says nothing is none.
    expect((await readAll(`d1,,,APP,"${pem}"\n`, { mapping: {} })).survey.format).toBe("nrf-cloud");
  });

  test.for([
    ["device info", "nrf-350000000000001,mfw_nrf9160_1.3.5,350000000000001\nnrf-2,,\n"],
    ["device info without firmware", "nrf-350000000000001,,350000000000001\n"],
    [
      "attestation tokens",
      "350000000000001,50503041-3633-4261-803d-1e2b8f70111a,2dn3h.0oRD,2026-01-01T00:00:00\n",
    ],
  ])("has siblings that are refused with advice: %s", async ([, text = ""]) => {
    await expect(readAll(text)).rejects.toMatchObject({
      code: "MANIFEST_WITHOUT_CERTIFICATES",
      message: expect.stringMatching(/Send the onboarding CSV/),
    });
  });
});
