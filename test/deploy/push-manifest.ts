import { hash } from "node:crypto";
import type { EventCertificate } from "../support/event-certificates.ts";
import type { LambdaWorld } from "./lambda-world.ts";

const toBytes = (devices: readonly EventCertificate[]) =>
  Buffer.from(devices.map(({ pem }) => `${pem}\n`).join(""));

/** What a manufacturer does with a manifest of devices. */
export const pushManifest = {
  announce: (devices: readonly EventCertificate[]) => {
    const bytes = toBytes(devices);
    return {
      profile: "sensor",
      fileName: "delivery.pem",
      bytes: bytes.length,
      sha256: hash("sha256", bytes, "hex"),
    };
  },
  /** Puts the file where the batch expects it, past the upload's URL. */
  upload: async (
    world: Pick<LambdaWorld, "putManifest">,
    batch: string,
    devices: readonly EventCertificate[],
  ) => world.putManifest(batch, toBytes(devices)),
};
