import { encodeDer, integer, oid, sequence } from "../sample/encode-der.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

/** A length comes before what it is of. */
const maxCount = 10_000;

export const pkcs7Sample: SampleFormat = {
  name: "pkcs7",
  title: "PKCS#7 certificates in binary, the CA among them",
  ending: ".p7b",
  profile: genericProfile,
  maxCount,
  *write(rows, { pki }) {
    const certificates = [pki.ca.der];
    for (const { certificate } of rows) certificates.push(certificate);
    const signedData = sequence(
      integer(Buffer.of(1)),
      encodeDer(0x31),
      sequence(oid("2a864886f70d010701")),
      encodeDer(0xa0, ...certificates),
      encodeDer(0x31),
    );
    yield sequence(oid("2a864886f70d010702"), encodeDer(0xa0, signedData));
  },
};
