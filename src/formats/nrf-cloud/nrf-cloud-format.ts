import { createRowReader } from "../csv/csv-format.ts";
import { cutCsv } from "../csv/cut-csv.ts";
import { isCertificate, readFirstRow } from "../csv/read-header.ts";
import type { ManifestFormat } from "../manifest-format.ts";

const header = ["deviceId", "subType", "tags", "fwTypes", "certPem"];
const delimiter = ",";

/**
 * The onboarding CSV of nRF Cloud: five columns, no header.
 *
 * @see https://docs.nordicsemi.com/bundle/nrf-cloud/page/Devices/Security/Onboarding.html
 */
export const nrfCloudFormat: ManifestFormat = {
  name: "nrf-cloud",
  title: "nRF Cloud onboarding CSV",
  detect: (head, { mapping }) => {
    const row = mapping ? undefined : readFirstRow(head);
    const isOne =
      row?.delimiter === delimiter &&
      row.cells.length === header.length &&
      isCertificate(row.cells.at(-1) ?? "");
    return isOne ? { skip: 0, context: { header, delimiter } } : undefined;
  },
  cut: () => cutCsv(delimiter),
  createReader: createRowReader,
};
