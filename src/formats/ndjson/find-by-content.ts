import type { ResolvedFields } from "../fields/resolve-fields.ts";

const certificate = /^\s*-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;
const request = /^\s*-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/;

/**
 * Finds the certificate, or the request for one, in an object whose names say nothing: parameters of a
 * provisioning template are named as its author likes.
 */
export function findByContent(
  values: readonly (string | undefined)[],
): Partial<Pick<ResolvedFields, "certificate" | "ambiguous" | "request">> {
  const [first, ...more] = findAll(values, certificate);
  if (first !== undefined) {
    return { certificate: first, ...(more.length > 0 && { ambiguous: more }) };
  }
  const [asked] = findAll(values, request);
  return asked === undefined ? {} : { request: asked };
}

function findAll(values: readonly (string | undefined)[], pattern: RegExp): readonly number[] {
  return values.flatMap((value, index) => (value && pattern.test(value) ? [index] : []));
}
