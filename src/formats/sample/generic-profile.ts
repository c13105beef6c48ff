import { keyUsages } from "./encode-extensions.ts";
import type { SampleProfile } from "./sample-format.ts";

const digits = 7;

/** Of no vendor in particular. */
export const genericProfile: SampleProfile = {
  root: [
    ["O", "Sample Devices"],
    ["CN", "Sample Root CA"],
  ],
  ca: [
    ["O", "Sample Devices"],
    ["CN", "Sample Device CA 1"],
  ],
  keys: "ec",
  validYears: 20,
  deviceId: (index) => `sensor-${String(index + 1).padStart(digits, "0")}`,
  subject: (deviceId) => [
    ["O", "Sample Devices"],
    ["CN", deviceId],
  ],
  keyUsage: keyUsages.sign,
};
