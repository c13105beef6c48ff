import { readSequence } from "../certificates/certificate-sequence.ts";
import { cutElements, findInElement } from "../der/der-format.ts";
import type { ManifestFormat } from "../manifest-format.ts";
import { findCertificates } from "./find-certificates.ts";

/** A PKCS#7 of certificates in binary, `.p7b`; in PEM it is read as a block among others. */
export const pkcs7Format: ManifestFormat = {
  name: "pkcs7",
  title: "PKCS#7 certificates",
  detect: ({ bytes }) => {
    const skip = findCertificates(bytes);
    return skip === undefined ? undefined : { skip, context: {} };
  },
  cut: () => cutElements,
  ...readSequence(findInElement),
};
