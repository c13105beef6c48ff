import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCertificates } from "../../src/formats/certificates/read-certificates.ts";
import type { Dynoxide } from "../../src/local/start-dynoxide.ts";
import { startDatabase } from "../support/database.ts";
import { acme, createBatchWorld } from "./support.ts";

const folder = new URL("../../../shared/fixtures/", import.meta.url);
const absent = !existsSync(folder);
if (absent)
  process.stdout.write("Third-party batches are skipped: ../shared/fixtures is absent.\n");

let database: Dynoxide;
beforeAll(async () => {
  if (!absent) database = await startDatabase();
});
afterAll(() => (absent ? undefined : database.close()));

const bytesOf = (path: string) => readFileSync(new URL(path, folder));

/** DER of the certificates of a folder whose names are like that. */
function certificates(within: string, names: RegExp): readonly Uint8Array[] {
  return readdirSync(new URL(within, folder))
    .filter((name) => names.test(name))
    .flatMap((name) => readCertificates(bytesOf(`${within}${name}`), name).certificates)
    .map(({ der }) => der);
}

const cases = [
  {
    path: "microchip/manifest_ATECC608A-MAH4I.json",
    format: "microchip",
    issuers: ["microchip/", /Root CA/],
    added: 2,
    codes: [],
  },
  {
    path: "microchip/manifest_unknown-signer.json",
    format: "microchip",
    issuers: ["microchip/", /Root CA/],
    added: 0,
    codes: ["SIGNER_NOT_TRUSTED"],
  },
  {
    path: "microchip/ATECC608A-MAH1H_device.crt",
    format: "pem",
    issuers: ["microchip/", /^signer_|Root CA/],
    added: 1,
    codes: [],
  },
  {
    path: "cloud/infineon-5-concat-crlf.pem",
    format: "pem",
    issuers: ["infineon-ca/", /\.crt$/],
    added: 5,
    codes: [],
  },
  {
    path: "espressif/manifest-espressif.csv",
    format: "csv",
    issuers: ["infineon-ca/", /\.crt$/],
    added: 0,
    codes: Array.from({ length: 7 }, () => "ISSUER_NOT_TRUSTED"),
  },
] as const;

describe.skipIf(absent)("a batch of a third party's file", () => {
  test.for(cases)("$path: $added of its devices land", async (given) => {
    const { path, format, added, codes } = given;
    const world = await createBatchWorld(database.url, {
      issuers: certificates(given.issuers[0], given.issuers[1]),
      supplier: { signers: certificates("microchip/", /^MCHP_manifest_signer/) },
      limits: { partRecords: 2 },
    });
    const id = await world.push(bytesOf(path));
    await world.drain();
    const { rows } = await world.useCases.listErrors(acme, id, { limit: 20 });
    expect(rows.filter(({ severity }) => severity === "refused").map(({ code }) => code)).toEqual(
      codes,
    );
    const refused = codes.length;
    expect(await world.useCases.show(acme, id)).toMatchObject({
      status: "completed",
      format,
      counts: { rows: added + refused, added, refused },
    });
  });
});
