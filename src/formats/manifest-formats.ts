import { azureDpsFormat } from "./azure-dps/azure-dps-format.ts";
import { base64ListFormat } from "./base64-list/base64-list-format.ts";
import { csvFormat } from "./csv/csv-format.ts";
import { derFormat } from "./der/der-format.ts";
import type { ManifestFormat } from "./manifest-format.ts";
import { microchipFormat } from "./microchip/microchip-format.ts";
import { jsonArrayFormat } from "./ndjson/json-array-format.ts";
import { ndjsonFormat } from "./ndjson/ndjson-format.ts";
import { nrfCloudFormat } from "./nrf-cloud/nrf-cloud-format.ts";
import { pemFormat } from "./pem/pem-format.ts";
import { pkcs7Format } from "./pkcs7/pkcs7-format.ts";

/** In the order in which a manifest is tried: what says most about itself comes first. */
export const manifestFormats: readonly ManifestFormat[] = [
  pkcs7Format,
  derFormat,
  microchipFormat,
  azureDpsFormat,
  ndjsonFormat,
  jsonArrayFormat,
  nrfCloudFormat,
  csvFormat,
  pemFormat,
  base64ListFormat,
];
