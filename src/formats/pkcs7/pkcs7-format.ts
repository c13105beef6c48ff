import { readSequence } from "../certificates/certificate-sequence.ts";
import { findInElement } from "../der/der-format.ts";
import type { ManifestFormat } from "../manifest-format.ts";
import { cutListed } from "./cut-listed.ts";
import { findCertificates } from "./find-certificates.ts";

/** PKCS#7 of certificates in binary, `.p7b`, one or several; in PEM it is read as a block among others. */
export const pkcs7Format: ManifestFormat = {
  name: "pkcs7",
  title: "PKCS#7 certificates",
  detect: ({ bytes }) => {
    const skip = findCertificates(bytes);
    return skip === undefined ? undefined : { skip, context: {} };
  },
  cut: () => cutListed,
  ...readSequence(findInElement),
};
