import { toPem } from "../certificates/to-pem.ts";
import { encodeDer, encodeIndefinite, integer, oid, sequence } from "../sample/encode-der.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat, SamplePki, SampleRow } from "../sample/sample-format.ts";

/** A length comes before what it is of. */
const maxCount = 10_000;
const signedDataType = oid("2a864886f70d010702");
const dataType = oid("2a864886f70d010701");

/** @see https://www.rfc-editor.org/rfc/rfc5652#section-5.1 */
export const pkcs7Sample: SampleFormat = {
  name: "pkcs7",
  title: "PKCS#7 certificates in binary, the CA among them",
  ending: ".p7b",
  profile: genericProfile,
  maxCount,
  *write(rows, { pki }) {
    yield toSignedData(rows, pki, encodeDer);
  },
};

/** As some tools stream it. */
export const pkcs7BerSample: SampleFormat = {
  ...pkcs7Sample,
  name: "pkcs7-ber",
  title: "PKCS#7 certificates in binary of indefinite length (BER)",
  *write(rows, { pki }) {
    yield toSignedData(rows, pki, encodeIndefinite);
  },
};

/** One record holds all, so it can hold only so many. */
const maxInPem = 200;

/** @see https://www.rfc-editor.org/rfc/rfc7468#section-8 */
export const pkcs7PemSample: SampleFormat = {
  ...pkcs7Sample,
  name: "pkcs7-pem",
  title: "PKCS#7 certificates in PEM",
  maxCount: maxInPem,
  *write(rows, { pki }) {
    const pem = toPem(toSignedData(rows, pki, encodeDer));
    yield pem.replaceAll(/(BEGIN|END) CERTIFICATE/g, "$1 PKCS7");
  },
};

/** @param outer encodes what is around the certificates, and is long. */
function toSignedData(
  rows: Iterable<SampleRow>,
  { ca }: SamplePki,
  outer: typeof encodeDer,
): Buffer {
  const certificates = [ca.der];
  for (const { certificate } of rows) certificates.push(certificate);
  const signedData = outer(
    0x30,
    integer(Buffer.of(1)),
    encodeDer(0x31),
    sequence(dataType),
    outer(0xa0, ...certificates),
    encodeDer(0x31),
  );
  return outer(0x30, signedDataType, outer(0xa0, signedData));
}
