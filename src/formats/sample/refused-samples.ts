import type { MusterErrorCode } from "../../rules/errors.ts";

/** A file that Muster recognises and does not take. */
export interface RefusedSample {
  readonly name: string;
  readonly title: string;
  readonly ending: string;
  readonly code: MusterErrorCode;
  /** As many devices as there can be. */
  readonly maxCount?: number;
  /** @param count devices, where the file is of several. */
  readonly write: (count: number) => string;
}

const secret = Buffer.from("sample, and no secret").toString("base64");
const thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567";

function repeat(count: number, toLine: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${toLine(index)}\n`).join("");
}

const toId = (index: number) => `sensor-${String(index + 1).padStart(7, "0")}`;
const toImei = (index: number) => String(350_000_000_000_000 + index);

/** @see https://github.com/espressif/esp_secure_cert_mgr */
const espSecureCert: RefusedSample = {
  name: "esp-secure-cert",
  title: "Espressif esp_secure_cert, the flash of one device",
  ending: ".csv",
  code: "SECRET_REFUSED",
  maxCount: 1,
  write: () =>
    [
      "tlv_type,tlv_subtype,data_value,data_type,priv_key_type,algorithm,key_size,efuse_id",
      "ESP_SECURE_CERT_DEV_CERT_TLV,0,dev_cert.pem,file,,,,",
      "ESP_SECURE_CERT_PRIV_KEY_TLV,0,dev_key.pem,file,plaintext,ECDSA,256,",
      "",
    ].join("\n"),
};

/** @see https://learn.microsoft.com/azure/iot-hub/iot-hub-bulk-identity-mgmt */
const iotHub: RefusedSample = {
  name: "iot-hub",
  title: "Azure IoT Hub's devices.txt",
  ending: ".txt",
  code: "MANIFEST_WITHOUT_CERTIFICATES",
  write: (count) =>
    repeat(count, (index) =>
      JSON.stringify({
        id: toId(index),
        eTag: "MA==",
        status: "enabled",
        authentication: {
          symmetricKey: { primaryKey: null, secondaryKey: null },
          x509Thumbprint: { primaryThumbprint: thumbprint, secondaryThumbprint: null },
          type: "selfSigned",
        },
        importMode: "createOrUpdate",
      }),
    ),
};

/** @see https://learn.microsoft.com/azure/iot-central/core/howto-manage-devices-in-bulk */
const iotCentral: RefusedSample = {
  name: "iot-central",
  title: "Azure IoT Central's export of devices",
  ending: ".csv",
  code: "MANIFEST_WITHOUT_CERTIFICATES",
  write: (count) =>
    [
      "IOTC_DEVICEID,IOTC_DEVICENAME,IOTC_SASKEY_PRIMARY,IOTC_SASKEY_SECONDARY,IOTC_X509THUMBPRINT_PRIMARY,IOTC_X509THUMBPRINT_SECONDARY\n",
      repeat(count, (index) => `${toId(index)},${toId(index)},${secret},${secret},${thumbprint},`),
    ].join(""),
};

/** @see https://github.com/nRFCloud/utils */
const nrfDevInfo: RefusedSample = {
  name: "nrf-devinfo",
  title: "nRF Cloud's device information, without certificates",
  ending: ".csv",
  code: "MANIFEST_WITHOUT_CERTIFICATES",
  write: (count) =>
    repeat(count, (index) => `nrf-${toImei(index)},mfw_nrf9160_1.3.5,${toImei(index)}`),
};

/** @see https://github.com/nRFCloud/utils */
const nrfAttestation: RefusedSample = {
  name: "nrf-attestation",
  title: "nRF Cloud's attestation tokens, without certificates",
  ending: ".csv",
  code: "MANIFEST_WITHOUT_CERTIFICATES",
  write: (count) =>
    repeat(count, (index) => {
      const uuid = `50363154-3733-44b9-80cf-${toImei(index).slice(-12)}`;
      const token = "2dn3hQFQUDYxVDczRLmAz8EjzT79aQNbGUWt.0oRDoQEmoQRBIVhAm8i5g2Zs";
      return `${toImei(index)},${uuid},${token},2024-01-02T03:04:05.678901`;
    }),
};

export const refusedSamples: readonly RefusedSample[] = [
  espSecureCert,
  iotHub,
  iotCentral,
  nrfDevInfo,
  nrfAttestation,
];
