import { holdsPrivateKey } from "./private-keys.ts";

/** `PRIVATE KEY` in base64, from each of the three places at which it can begin. */
const inBase64 = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"];
/**
 * How private keys in DER begin in base64: PKCS#8 and SEC1 of a curve, PKCS#8 and PKCS#1 of RSA. In
 * certificates none of it comes up by chance.
 */
const derInBase64 =
  /MHcCAQEE|MI[GH][\w+/]AgE(?:AMB[AMQ]GByqGSM49|BB[DE])|MII[\w+/]{3}IBA(?:AKCA|DANBgkqhkiG9w0BAQ)/;
/** Longer than what is looked for, so that no end of a chunk hides it. */
const overlap = 128;

/** Looks for private keys in a stream of text: in PEM, in base64 of it, or in base64 of DER. */
export function createKeyScan(): { readonly sees: (chunk: Uint8Array) => boolean } {
  let before = "";
  return {
    sees: (chunk) => {
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const text = before + buffer.toString("latin1");
      before = text.slice(-overlap);
      return (
        holdsPrivateKey(text) ||
        inBase64.some((each) => text.includes(each)) ||
        derInBase64.test(text)
      );
    },
  };
}
