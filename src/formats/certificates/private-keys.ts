import { createPrivateKey } from "node:crypto";

/** Also where white space was lost or line ends were written as `\n`. */
const block = /-----\s?BEGIN[A-Z0-9\s]{0,40}PRIVATE\s?KEY/i;

/** Whether a text holds a private key in PEM. */
export function holdsPrivateKey(text: string): boolean {
  return block.test(text);
}

/** Whether this is a private key in DER, encrypted or not. */
export function isPrivateKey(der: Uint8Array): boolean {
  return (["pkcs8", "pkcs1", "sec1"] as const).some((type) => {
    try {
      createPrivateKey({ key: Buffer.from(der), format: "der", type });
      return true;
    } catch (error) {
      return (
        error instanceof TypeError && "code" in error && error.code === "ERR_MISSING_PASSPHRASE"
      );
    }
  });
}

const integer = 0x02;

/** Whether this could be one, at a glance: keys begin with a version, certificates do not. */
export function mayBePrivateKey(der: Uint8Array): boolean {
  const length = der[1] ?? 0;
  return der[length < 0x80 ? 2 : 2 + length - 0x80] === integer;
}
