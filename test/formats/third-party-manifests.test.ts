import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readCertificates } from "../../src/formats/certificates/read-certificates.ts";
import { readAll, recordsOf, toLines } from "./support.ts";

const folder = new URL("../../../shared/fixtures/", import.meta.url);
const absent = !existsSync(folder);
if (absent)
  process.stdout.write("Third-party manifests are skipped: ../shared/fixtures is absent.\n");

const bytesOf = (path: string) => readFileSync(new URL(path, folder));

/** Microchip's own: signers of manifests, and roots. */
function microchip(part: RegExp): readonly Uint8Array[] {
  return readdirSync(new URL("microchip/", folder))
    .filter((name) => part.test(name))
    .flatMap((name) => readCertificates(bytesOf(`microchip/${name}`), name).certificates)
    .map(({ der }) => der);
}

describe.skipIf(absent)("third-party samples of manifests", () => {
  test("of Microchip: two devices, by a signer that has expired since", async () => {
    const options = { signers: microchip(/^MCHP_manifest_signer/), roots: microchip(/Root CA/) };
    expect(options.signers).toHaveLength(5);
    const { survey, rows } = await readAll(
      bytesOf("microchip/manifest_ATECC608A-MAH4I.json"),
      options,
    );
    expect(survey.format).toBe("microchip");
    expect(toLines(rows)).toEqual(["1: 01230390b3d1450c01", "2: 0123d26e26e688c901"]);
    expect(recordsOf(rows).map(({ verified }) => verified)).toEqual(["signature", "signature"]);
  });

  test("of Microchip's form by an unknown signer: refused", async () => {
    const signers = microchip(/^MCHP_manifest_signer/);
    const bytes = bytesOf("microchip/manifest_unknown-signer.json");
    expect(toLines((await readAll(bytes, { signers })).rows)).toEqual(["1: SIGNER_NOT_TRUSTED"]);
  });

  test("of Microchip's signer 002, which is not given: named", async () => {
    const bytes = bytesOf("microchip/manifest_ATECC608A-MAH4I.json");
    const [row] = (await readAll(bytes)).rows;
    expect(row).toMatchObject({
      code: "SIGNER_NOT_TRUSTED",
      message: expect.stringContaining('Microchip\'s "Log Signer 002"'),
    });
  });

  test("of Espressif: seven devices, named by MAC or as told", async () => {
    const bytes = bytesOf("espressif/manifest-espressif.csv");
    const { rows } = await readAll(bytes, { chunkSizes: [333], partRecords: 2 });
    expect(recordsOf(rows)).toHaveLength(7);
    expect(recordsOf(rows)[0]).toMatchObject({
      deviceId: "4BA2BB8764BD",
      attributes: { cn: "6d1d54ba-ed81-4c32-8e08-f9f8c885a6ed" },
    });
    const named = await readAll(bytes, { mapping: { id: "cn" } });
    expect(toLines(named.rows)[0]).toBe("1: 6d1d54ba-ed81-4c32-8e08-f9f8c885a6ed");
  });

  test.for([
    ["cloud/infineon-5-concat-crlf.pem", "pem", 5],
    ["cloud/nrf-onboard.csv", "nrf-cloud", 3],
    ["cloud/azure-dps-bulk.json", "azure-dps", 3],
    ["microchip/ATECC608A-MAH1H_device.crt", "pem", 1],
  ] as const)("%s: %s, %s devices", async ([path, format, count]) => {
    const { survey, rows } = await readAll(bytesOf(path), { partRecords: 2 });
    expect(survey.format).toBe(format);
    expect(recordsOf(rows)).toHaveLength(count);
    expect(rows).toHaveLength(count);
  });

  test("of Infineon's CAs, in DER for all their names: CAs, and no devices", async () => {
    const names = readdirSync(new URL("infineon-ca/", folder)).filter((name) =>
      name.endsWith(".crt"),
    );
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const { survey, rows } = await readAll(bytesOf(`infineon-ca/${name}`));
      expect([rows.length, survey.context.cas?.length], name).toEqual([0, 1]);
    }
  });
});
