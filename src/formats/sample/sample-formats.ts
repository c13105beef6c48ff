import { azureDpsSample } from "../azure-dps/azure-dps-sample.ts";
import { base64ListSample } from "../base64-list/base64-list-sample.ts";
import { csvSample } from "../csv/csv-sample.ts";
import { derSample } from "../der/der-sample.ts";
import { espressifSample, rainmakerSample } from "../espressif/espressif-sample.ts";
import { microchipSample } from "../microchip/microchip-sample.ts";
import { awsTaskSample, ndjsonSample } from "../ndjson/ndjson-sample.ts";
import { nrfCloudSample } from "../nrf-cloud/nrf-cloud-sample.ts";
import { pemChainSample, pemSample } from "../pem/pem-sample.ts";
import { pkcs7Sample } from "../pkcs7/pkcs7-sample.ts";
import type { SampleFormat } from "./sample-format.ts";

/** What samples can be made of. */
export const sampleFormats: readonly SampleFormat[] = [
  pemSample,
  pemChainSample,
  derSample,
  pkcs7Sample,
  base64ListSample,
  ndjsonSample,
  csvSample,
  microchipSample,
  espressifSample,
  rainmakerSample,
  nrfCloudSample,
  awsTaskSample,
  azureDpsSample,
];
