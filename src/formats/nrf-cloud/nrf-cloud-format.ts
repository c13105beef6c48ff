import { MusterError } from "../../rules/errors.ts";
import { cutCsv } from "../csv/cut-csv.ts";
import { readFirstRows } from "../csv/read-first-rows.ts";
import { isCertificate } from "../csv/read-header.ts";
import { createRowReader } from "../csv/read-rows.ts";
import { isMapping, type ManifestFormat } from "../manifest-format.ts";

const header = ["deviceId", "subType", "tags", "fwTypes", "certPem"];
const delimiter = ",";

/**
 * The onboarding CSV of nRF Cloud: five columns, no header. Tables that its tools write beside it have
 * no header either.
 *
 * @see https://docs.nordicsemi.com/bundle/nrf-cloud/page/Devices/Security/Onboarding.html
 */
export const nrfCloudFormat: ManifestFormat = {
  name: "nrf-cloud",
  title: "nRF Cloud onboarding CSV",
  detect: (head, { mapping, source = "The manifest" }) => {
    if (isMapping(mapping)) return undefined;
    const rows = readFirstRows(head, { delimiter }).take(rowsTried).toArray();
    checkSiblings(rows, source);
    return isOnboarding(rows) ? { skip: 0, context: { header, delimiter } } : undefined;
  },
  cut: () => cutCsv(delimiter),
  createReader: createRowReader,
};

/** Any of the first rows may be a bad record. */
const rowsTried = 20;

function isOnboarding(rows: readonly (readonly string[])[]): boolean {
  const [first = []] = rows;
  const isRow = first.length === header.length && isFirmware(first[3]) && first[4] !== "certPem";
  return (
    isRow && rows.some((cells) => cells.length === header.length && isCertificate(cells[4] ?? ""))
  );
}

const firmware = /^(?:(?:APP|MODEM|BOOT|SOFTDEVICE|BOOTLOADER|MDM_FULL)(?:\||$))*$/;

function isFirmware(cell: string | undefined): boolean {
  return cell !== undefined && firmware.test(cell);
}

const imei = /^\d{15}$/;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws MusterError MANIFEST_WITHOUT_CERTIFICATES */
function checkSiblings(rows: readonly (readonly string[])[], source: string): void {
  const [first = []] = rows;
  const [one = "", two = "", three = ""] = first;
  const isAttestation = first.length === 4 && imei.test(one) && uuid.test(two);
  const isInfo = first.length === 3 && (imei.test(three) || two.startsWith("mfw_"));
  if (!isAttestation && !isInfo) return;
  const what = isAttestation
    ? "is a list of attestation tokens for nRF Cloud"
    : "is a list of modem versions beside nRF Cloud's onboarding CSV";
  throw new MusterError(
    "MANIFEST_WITHOUT_CERTIFICATES",
    `${source} ${what}, and has no certificates. Send the onboarding CSV that is made when the devices get their certificates: deviceId, subType, tags, fwTypes, certPem.`,
  );
}
