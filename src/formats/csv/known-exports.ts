import { foldName } from "../fields/resolve-fields.ts";

/** A table that other tools make of devices and that holds no certificates. */
export interface KnownExport {
  /** What is to be said of the file: `is …`, `names …`. */
  readonly what: string;
  /** What to do instead. */
  readonly advice?: string;
}

const known: readonly (KnownExport & { readonly columns: readonly string[] })[] = [
  {
    // https://learn.microsoft.com/azure/iot-central/core/howto-manage-devices-in-bulk
    columns: ["iotcdeviceid"],
    what: "is an export of Azure IoT Central: it has thumbprints or keys of devices, and no certificates",
    advice:
      "Ask whoever made the devices for the certificates; treat keys in the file as disclosed.",
  },
  {
    // https://docs.octave.dev: devices in bulk
    columns: ["imei", "fsn"],
    what: "is an inventory of Sierra Wireless modules, by IMEI and serial number, and has no certificates",
    advice: "Ask the manufacturer for the certificates; those of the inventory go by IMEI.",
  },
  {
    // https://docs.nordicsemi.com: device_credentials_installer --devinfo
    columns: ["deviceid", "mfwversion", "imei"],
    what: "is a list of modem versions beside nRF Cloud's onboarding CSV, and has no certificates",
    advice: "Send the onboarding CSV itself, with the five columns deviceId to certPem.",
  },
  {
    columns: ["imei", "uuid", "token"],
    what: "is a list of nRF Cloud attestation tokens, and has no certificates",
    advice: "Send the onboarding CSV that is made when the devices get their certificates.",
  },
  {
    // https://github.com/espressif/esp-rainmaker-neo: update jobs
    columns: ["nodeid", "admingroups"],
    what: "is an update of RainMaker nodes without the column `certs`",
    advice: "Send the `node_certs.csv` that the nodes were registered with.",
  },
];

/** Tells a table that is known to hold no certificates by the names of its columns. */
export function findKnownExport(names: readonly string[]): KnownExport | undefined {
  const folded = new Set(names.map(foldName));
  return known.find(({ columns }) => columns.every((column) => folded.has(column)));
}

/** Of Espressif's esp_secure_cert: one device's flash, its key included. */
export function isFlashRecipe(names: readonly string[]): boolean {
  return foldName(names[0] ?? "") === "tlvtype";
}
