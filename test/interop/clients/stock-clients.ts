import type { Tools } from "../prepare/tools.ts";
import { createCDevice } from "./c-device.ts";
import { createDeviceSdk } from "./device-sdk.ts";
import { createDeviceSdk5 } from "./device-sdk-5.ts";
import { createMosquitto } from "./mosquitto.ts";
import { createMqttJs } from "./mqtt-js.ts";
import type { StockClient } from "./stock-client.ts";

/** One of each kind. */
export interface StockClients {
  readonly mosquitto: StockClient;
  readonly mosquitto5: StockClient;
  readonly mqttJs: StockClient;
  readonly mqttJs5: StockClient;
  readonly deviceSdk: StockClient;
  readonly deviceSdk5: StockClient;
  readonly wolfssl: StockClient;
  readonly mbedtls: StockClient;
}

export function createStockClients(tools: Tools): StockClients {
  return {
    mosquitto: createMosquitto(tools.mosquitto, "3.1.1"),
    mosquitto5: createMosquitto(tools.mosquitto, "5"),
    mqttJs: createMqttJs("3.1.1"),
    mqttJs5: createMqttJs("5"),
    deviceSdk: createDeviceSdk(),
    deviceSdk5: createDeviceSdk5(),
    wolfssl: createCDevice({ name: "C on wolfSSL", tool: tools.wolfssl }),
    mbedtls: createCDevice({
      name: "C on mbedTLS",
      tool: tools.mbedtls,
      cannotSpeak: { "TLSv1.3": "Debian's mbedTLS 2.28 has no TLS 1.3" },
    }),
  };
}
