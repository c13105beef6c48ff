import { privateKeyRefused } from "../certificates/read-certificate.ts";
import { secretRefused } from "../fields/read-device-record.ts";
import { isSecretName } from "../fields/resolve-fields.ts";
import { toShown } from "../framing/to-text.ts";
import { isObject, type JsonObject } from "./read-json-object.ts";

/**
 * Looks into what is within the members of an object: whoever sends `{"credentials": {"psk": …}}` sends a
 * secret as well, whether anything is taken from it or not.
 *
 * @throws MusterError SECRET_REFUSED, and PRIVATE_KEY_REFUSED for a JSON Web Key that is no public one
 * (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
 */
export function refuseNestedSecrets(object: JsonObject, source: string): void {
  for (const value of Object.values(object)) refuseIn(value, source);
}

function refuseIn(value: unknown, source: string): void {
  if (Array.isArray(value)) for (const each of value) refuseIn(each, source);
  if (!isObject(value)) return;
  if ("kty" in value && ("d" in value || "k" in value)) throw privateKeyRefused(source);
  const name = Object.keys(value).find((each) => isSecretName(each) && isFilled(value[each]));
  if (name !== undefined) throw secretRefused(source, toShown(name));
  refuseNestedSecrets(value, source);
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" : typeof value === "number";
}
