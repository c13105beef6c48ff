import { makeSample } from "../formats/support.ts";

/**
 * A sample of one device as docs/formats.md shows it: as `muster sample` writes it, but for certificates
 * and signatures, of which only the beginning is left.
 */
export function renderSample(format: string): string {
  const text = makeSample(format, { count: 1 }).bytes.toString("latin1");
  return text
    .replaceAll(/(-----BEGIN [A-Z0-9 ]+-----)(\r?\n|\\n)[^-]*(?=-----END)/g, "$1$2MII…$2")
    .replaceAll(/[A-Za-z0-9+/=_-]{43,}/g, shorten)
    .replaceAll("\r\n", "\n")
    .trimEnd();
}

/** Keeps what certificates, JSON and PEM begin with in base64 or hex; the rest is never the same. */
function shorten(token: string): string {
  return /^(?:MII|eyJ|LS0|3082)/.exec(token)?.[0].concat("…") ?? "…";
}
