/**
 * What the names in a bundle of Infineon's OPTIGA Trust M Express or MTR chips say. A chip has a
 * certificate in each of several data objects, and its id is in the name of the file only.
 *
 * @see https://github.com/Infineon/optiga-trust-m-overview/tree/main/docs/pdf
 */
export type InfineonName =
  | {
      readonly is: "chip";
      readonly dataObject: string;
      /** 20 upper-case hex digits: batch, wafer, and where on it. */
      readonly chipId: string;
    }
  /** All chips' certificates of one data object. */
  | { readonly is: "data-object"; readonly dataObject: string }
  /** Keys for binding a host to its chip, encrypted or in clear, and what they are encrypted with. */
  | { readonly is: "keys" }
  /** Device attestation of Matter: no identity for AWS IoT. */
  | { readonly is: "matter"; readonly isArchive: boolean };

/** The data object that most chips are used with: ECC, and no shielded connection is needed. */
export const defaultDataObject = "E0E0";
export const dataObjects = ["E0E0", "E0E1", "E0E2", "E0E3"] as const;
export type DataObject = (typeof dataObjects)[number];

const chip = /^([0-9a-f]{20})_(?:keyOID=)?(E0E[0-3])\.(?:pem|crt|cer|der)$/i;
const dataObject = /(?:^|_)(?:keyOID=)?(E0E[0-3])_Certs?\.(?:7z|zip)$/i;
const keys = /(?:^|_)keys\.(?:7z|zip|txt)$/i;
const matter = /(?:^|_)(?:keyOID=)?E0F[0-9a-f]_(?:DACs?|PAI)\.(7z|zip|pem|crt|cer|der)$/i;

/** @param file without its folders. */
export function readInfineonName(file: string): InfineonName | undefined {
  const [, chipId, ofChip] = chip.exec(file) ?? [];
  if (chipId !== undefined && ofChip !== undefined) {
    return { is: "chip", chipId: chipId.toUpperCase(), dataObject: ofChip.toUpperCase() };
  }
  const [, ofArchive] = dataObject.exec(file) ?? [];
  if (ofArchive !== undefined) return { is: "data-object", dataObject: ofArchive.toUpperCase() };
  if (keys.test(file)) return { is: "keys" };
  const [, ending] = matter.exec(file) ?? [];
  return ending === undefined ? undefined : { is: "matter", isArchive: /7z|zip/i.test(ending) };
}
