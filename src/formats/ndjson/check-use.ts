import { MusterError } from "../../rules/errors.ts";
import { privateKeyRefused } from "../certificates/read-certificate.ts";
import type { ManifestOptions } from "../manifest-format.ts";
import { isObject, type JsonObject } from "./read-json-object.ts";

/**
 * Refuses manifests that no device should be read from, by one of their objects.
 *
 * @returns whether the object looks like a device: `false` leaves it to other formats.
 * @throws MusterError PRIVATE_KEY_REFUSED, MANIFEST_WITHOUT_CERTIFICATES
 */
export function checkUse(
  object: JsonObject,
  { source = "The manifest" }: ManifestOptions,
): boolean {
  // The private part of a JSON Web Key (RFC 7518 §6.2.2, §6.3.2).
  if (typeof object["kty"] === "string" && typeof object["d"] === "string") {
    throw privateKeyRefused(source);
  }
  const isIdentity = "id" in object || "deviceId" in object;
  if (isObject(object["authentication"]) && isIdentity) throw hubExport(source);
  return !("enrollments" in object) && !("protected" in object && "payload" in object);
}

/** https://learn.microsoft.com/azure/iot-hub/iot-hub-bulk-identity-mgmt */
function hubExport(source: string): MusterError {
  return new MusterError(
    "MANIFEST_WITHOUT_CERTIFICATES",
    `${source} is an export of Azure IoT Hub: it has thumbprints or symmetric keys, and no certificates. Ask whoever made the devices for the certificates; treat keys in the file as disclosed.`,
  );
}
