import { toShown } from "../framing/to-text.ts";
import type { ManifestProblem } from "../manifest-format.ts";
import { foldName } from "./resolve-fields.ts";

const maxLength = 128;
/** How spreadsheets show a long number. */
const scientific = /^-?\d(?:(?:[.,]\d+)?E\+|[.,]\d+E-?)\d+$/i;
/** What they show in place of a value that they cannot tell. */
const spreadsheetError = /^#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!)$/i;
const hardwareAddress = /^(?:mac|macaddress|wifimac|blemac|eui48|eui64|deveui)$/;

/**
 * Reads a device's id. Hardware addresses lose their separators and get upper case, so that one
 * device has one id however its maker writes it.
 *
 * @param name the column or member that it comes from.
 * @param commonName of the certificate; it shows where a spreadsheet took leading zeros away.
 */
export function readDeviceId(
  name: string,
  value: string,
  commonName: string | undefined,
): { readonly deviceId: string } | Pick<ManifestProblem, "code" | "message"> {
  const deviceId = value.trim();
  if (deviceId === "") return { code: "DEVICE_ID_MISSING", message: "The id is empty." };
  if (scientific.test(deviceId)) {
    return { code: "DEVICE_ID_DAMAGED", message: `${toShown(deviceId)} was a longer number once.` };
  }
  if (spreadsheetError.test(deviceId)) {
    return {
      code: "DEVICE_ID_DAMAGED",
      message: `${toShown(deviceId)} is an error of a spreadsheet.`,
    };
  }
  if (deviceId.length > maxLength || /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(deviceId)) {
    return { code: "DEVICE_ID_INVALID", message: `${toShown(deviceId)} cannot be an id.` };
  }
  if (/^[1-9]\d*$/.test(deviceId) && commonName?.replace(/^0+/, "") === deviceId) {
    if (commonName !== deviceId) {
      const message = `${toShown(deviceId)} has lost the zeros of ${toShown(commonName)}, the certificate's name.`;
      return { code: "DEVICE_ID_DAMAGED", message };
    }
  }
  return { deviceId: hardwareAddress.test(foldName(name)) ? toAddress(deviceId) : deviceId };
}

/** The id of a record that is refused for something else, where it is one. */
export function toReadableId(name: string, value: string): string | undefined {
  const read = readDeviceId(name, value, undefined);
  return "deviceId" in read ? read.deviceId : undefined;
}

function toAddress(text: string): string {
  const digits = text.replaceAll(/[:.\s-]/g, "");
  return /^(?:[0-9a-f]{12}|[0-9a-f]{16})$/i.test(digits) ? digits.toUpperCase() : text;
}
