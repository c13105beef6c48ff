import {
  infineonMtrSample,
  infineonSample,
  infineonZipSample,
} from "../archive/infineon-sample.ts";
import { zipSample } from "../archive/zip-sample.ts";
import { azureDpsArraySample, azureDpsSample } from "../azure-dps/azure-dps-sample.ts";
import { base64ListSample, base64PemListSample } from "../base64-list/base64-list-sample.ts";
import { csvSample } from "../csv/csv-sample.ts";
import { nxpSample, stSample } from "../csv/mapped-samples.ts";
import { derSample } from "../der/der-sample.ts";
import {
  espressifSample,
  rainmakerNeoSample,
  rainmakerSample,
} from "../espressif/espressif-sample.ts";
import { infineonPemSample } from "../infineon/infineon-pem-sample.ts";
import { microchipSample } from "../microchip/microchip-sample.ts";
import { awsTaskSample, jsonArraySample, ndjsonSample } from "../ndjson/ndjson-sample.ts";
import { nrfCloudSample } from "../nrf-cloud/nrf-cloud-sample.ts";
import { pemChainSample, pemSample } from "../pem/pem-sample.ts";
import { pkcs7BerSample, pkcs7PemSample, pkcs7Sample } from "../pkcs7/pkcs7-sample.ts";
import type { SampleFormat } from "./sample-format.ts";

/** What samples can be made of, but for archives. */
export const sampleFormats: readonly SampleFormat[] = [
  microchipSample,
  infineonPemSample,
  espressifSample,
  rainmakerSample,
  rainmakerNeoSample,
  nxpSample,
  stSample,
  nrfCloudSample,
  awsTaskSample,
  azureDpsSample,
  azureDpsArraySample,
  csvSample,
  ndjsonSample,
  jsonArraySample,
  pemSample,
  pemChainSample,
  derSample,
  pkcs7Sample,
  pkcs7BerSample,
  pkcs7PemSample,
  base64ListSample,
  base64PemListSample,
];

export const archiveSamples: readonly SampleFormat[] = [
  infineonSample,
  infineonZipSample,
  infineonMtrSample,
  zipSample,
];

export const allSamples: readonly SampleFormat[] = [...sampleFormats, ...archiveSamples];
