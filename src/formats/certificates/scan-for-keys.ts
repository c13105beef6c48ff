import { isAscii } from "node:buffer";
import { holdsPrivateKey } from "./private-keys.ts";

/** `PRIVATE KEY` in base64, from each of the three places at which it can begin. */
const inBase64 = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"];
/**
 * How private keys in DER begin in base64: PKCS#8 and SEC1 of a curve, PKCS#8 and PKCS#1 of RSA, PKCS#8 of
 * Ed25519 and the like, PKCS#8 that is encrypted (RFC 5958 §3), PKCS#12 (RFC 7292 §4). In certificates none
 * of it comes up by chance.
 */
const derInBase64 =
  /MHcCAQEE|MI[GH][\w+/]AgE(?:AMB[AMQ]GByqGSM49|BB[DE])|MII[\w+/]{3}IBA(?:AKCA|DANBgkqhkiG9w0BAQ|zC[A-C])|MC4CAQAwBQYDK2V|MI[GH][\w+/]M[\w+/]{2}GCSqGSIb3DQEF|MII[\w+/]{5}Bgkqhki[GH]9w0BB[Q-T]/;
/** The same in hex. */
const derInHex =
  /30(?:77|81..)02010104(?:20|30|42)|30(?:..|8[12]..(?:..)?)020100(?:30(?:1[03]06072a8648ce3d0201|0d06092a864886f70d010101|0506032b65)|02(?:8[12]|[4-7]))|30(?:8[12]..(?:..)?)30..06092a864886f70d0105|3082....0201033082..../i;
/** The same in binary, wherever it stands: behind a certificate, or in memory that was read out of a chip. */
const inDer = [
  "30770201010420", // SEC1 of P-256, P-384 and P-521.
  "3081a40201010430",
  "3081dc0201010442",
  "020100301306072a8648ce3d0201", // PKCS#8 of a curve, of RSA, of Ed25519 and the like, encrypted.
  "020100301006072a8648ce3d0201",
  "020100300d06092a864886f70d010101",
  "020100300506032b65",
  "06092a864886f70d01050d",
  "0201000282010100", // PKCS#1 of 2048, 3072 and 4096 bits.
  "0201000282018100",
  "0201000282020100",
].map((hex) => Buffer.from(hex, "hex").toString("latin1"));
/** Longer than what is looked for, so that no end of a chunk hides it. */
const overlap = 128;

/** Looks for private keys in a stream: in PEM, in base64 of it, in DER, or in base64 or hex of that. */
export function createKeyScan(): { readonly sees: (chunk: Uint8Array) => boolean } {
  let before = "";
  // In text there is no DER, and looking for it would take as long as all else.
  let isBinary = false;
  return {
    sees: (chunk) => {
      const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const text = before + buffer.toString("latin1");
      before = text.slice(-overlap);
      isBinary ||= !isAscii(buffer);
      return (
        holdsPrivateKey(text) ||
        inBase64.some((each) => text.includes(each)) ||
        derInBase64.test(text) ||
        derInHex.test(text) ||
        (isBinary && inDer.some((each) => text.includes(each)))
      );
    },
  };
}
