interface Meaning {
  /** One sentence for whoever made the manifest. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
}

/** Why a record was refused. Stable; part of the public contract. Add freely, never rename or reuse. */
export const manifestProblems = {
  RECORD_TOO_LONG: {
    meaning: "A record is longer than 256 kB.",
    remedy: "Look for a missing line end, quote or bracket at the record.",
  },
  RECORD_UNREADABLE: {
    meaning: "A record is not of the manifest's format.",
    remedy: "Remove what does not belong there, or write the record anew.",
  },
  RECORD_UNCLOSED: {
    meaning: "A record begins and does not end: a quote, bracket or END line is missing.",
    remedy: "Add what is missing, or see whether the file was cut short on its way.",
  },
  RECORD_TOO_DEEP: {
    meaning: "A record nests brackets deeper than any manifest does.",
    remedy: "Write the record as one flat object.",
  },
  CELL_COUNT_WRONG: {
    meaning: "A row does not have the cells that the header has.",
    remedy: "Look for a missing or stray quote or delimiter in the row or the one before.",
  },
  ENTRY_UNREADABLE: {
    meaning: "A file in an archive holds no certificates in a format that Muster knows.",
    remedy: "Leave the file out, or put it in anew if it should hold a certificate.",
  },
  HEADER_REPEATED: {
    meaning: "A row has the names of the columns once more, as files that were joined do.",
    remedy: "Leave the row out.",
  },
  CELL_CUT_BY_SPREADSHEET: {
    meaning: "A cell has 32,767 characters, which is where a spreadsheet cuts.",
    remedy: "Export the manifest from where it was made, without a spreadsheet in between.",
  },
  CERTIFICATE_MISSING: {
    meaning: "A record has no certificate.",
    remedy: "Fill in the device's certificate, or leave the record out.",
  },
  CERTIFICATE_UNREADABLE: {
    meaning: "A certificate cannot be read as X.509.",
    remedy: "Give the certificate as PEM or DER, whole and unaltered.",
  },
  CERTIFICATE_IS_CA: {
    meaning: "The certificate of a record is a CA's, not a device's.",
    remedy: "Give the device's own certificate; CAs go into the column or member of the chain.",
  },
  CERTIFICATES_SEVERAL: {
    meaning: "A record has certificates of more than one device.",
    remedy: "Give each device a record of its own.",
  },
  REQUEST_NOT_CERTIFICATE: {
    meaning: "A record has a certificate signing request, which no CA has signed yet.",
    remedy: "Have the request signed and send the certificate.",
  },
  CERTIFICATE_ID_ONLY: {
    meaning: "A record names a certificate by id or thumbprint and does not hold it.",
    remedy: "Send the certificate itself: Muster checks who issued it.",
  },
  NOT_A_CERTIFICATE: {
    meaning: "A PEM block holds something other than a certificate.",
    remedy: "Leave it out; only certificates belong into a manifest.",
  },
  DEVICE_ID_MISSING: {
    meaning: "The manifest has ids of devices, and this record's is empty.",
    remedy: "Fill in the id.",
  },
  DEVICE_ID_INVALID: {
    meaning: "The id of a device is longer than 128 characters or has control characters in it.",
    remedy: "Give an id of up to 128 visible characters.",
  },
  DEVICE_ID_DAMAGED: {
    meaning: "A spreadsheet has turned the id of a device into a number.",
    remedy: "Export the ids as text, from where they were made.",
  },
  DEVICE_ID_TWICE: {
    meaning: "Two records give one id to different certificates.",
    remedy: "Find out which of them is the device's, and leave the other out.",
  },
  JWS_INVALID: {
    meaning: "An entry is no JWS with `payload`, `protected`, `header` and `signature`.",
    remedy: "Fetch the manifest anew and send it unaltered.",
  },
  JWS_ALGORITHM_REFUSED: {
    meaning: "An entry is signed with another algorithm than ES256.",
    remedy: "Ask whoever made the manifest to sign with ES256, as the format says.",
  },
  SIGNER_NOT_TRUSTED: {
    meaning: "An entry is signed by a certificate that is not among the trusted signers.",
    remedy:
      "Add the signer's certificate with `muster signer add`, if it is genuine; whoever made the manifest has it.",
  },
  SIGNER_MISMATCH: {
    meaning: "An entry names its signer by two values that are of different certificates.",
    remedy: "Treat the entry as forged or damaged; fetch the manifest anew.",
  },
  SIGNER_NOT_VALID: {
    meaning: "The signer's certificate was not valid when the device was provisioned.",
    remedy: "Ask the manufacturer to sign the entry with a certificate that was valid then.",
  },
  ENTRY_SIGNATURE_INVALID: {
    meaning: "The signature on an entry is not the signer's.",
    remedy: "Treat the entry as forged or damaged; fetch the manifest anew.",
  },
  UNIQUE_ID_MISMATCH: {
    meaning: "The id outside of the signed part of an entry is not the one inside.",
    remedy: "Treat the entry as forged or damaged; fetch the manifest anew.",
  },
  NO_CERTIFICATE: {
    meaning: "A valid entry holds no certificate, as those of TrustMANAGER devices do.",
    remedy:
      "Nothing to register yet: the certificate is issued later, by keySTREAM; send it when it is there.",
  },
  CERTIFICATE_AMBIGUOUS: {
    meaning: "An entry has certificates for several of the device's keys.",
    remedy: "Say which slot holds the device's identity, as `--map 0=cert` does.",
  },
  PUBLIC_KEY_MISMATCH: {
    meaning: "The certificate of an entry is of another key than the entry says.",
    remedy: "Treat the entry as forged or damaged; fetch the manifest anew.",
  },
  CHAIN_INVALID: {
    meaning: "The certificates of an entry do not sign one another, or lead to another root.",
    remedy: "Treat the entry as forged or damaged; fetch the manifest anew.",
  },
} as const satisfies Record<string, Meaning>;

/** What is odd about a record that was taken all the same. Stable as the problems are. */
export const manifestWarnings = {
  CERTIFICATE_TWICE: {
    meaning: "The certificate is in the manifest already.",
    remedy: "Nothing: the first one counts.",
  },
  CERTIFICATE_LEFT_OUT: {
    meaning: "A second certificate of the same device was left out.",
    remedy: "Send it in a manifest of its own, before the device changes to it.",
  },
  DEVICE_ID_SHORT: {
    meaning: "The id of a device has fewer digits than those before it.",
    remedy:
      "See whether a spreadsheet took zeros away in front; if so, export the ids as text, from where they were made.",
  },
  DEVICE_ID_KNOWN: {
    meaning: "An earlier batch of the manufacturer gave the id to another certificate.",
    remedy:
      "Nothing, where the device has a new certificate; else find out which of them is the device's, and recall the batch that is wrong.",
  },
  BYTES_AFTER_CERTIFICATE: {
    meaning: "Bytes after the end of a certificate were cut off.",
    remedy: "Nothing, where a chip's memory was read out; else see what the bytes are.",
  },
  BYTES_BEFORE_CERTIFICATE: {
    meaning: "Bytes before the first certificate were passed over.",
    remedy: "Nothing, where a chip's memory was read out; else see what the bytes are.",
  },
  ATTRIBUTE_LEFT_OUT: {
    meaning: "A column or member was left out: it is nested, too long, or one too many.",
    remedy: "Send attributes as texts of up to 1,024 characters, at most 50 of them.",
  },
  NAME_DIFFERS: {
    meaning: "The common name of the certificate is not the id in the manifest.",
    remedy: "Nothing, if the certificates are custom; else ask the manufacturer.",
  },
  VERSION_UNKNOWN: {
    meaning: "An entry is of a newer version of the format than Muster knows.",
    remedy: "See whether a newer Muster knows it.",
  },
  SIGNATURE_NOT_CHECKED: {
    meaning: "Nobody told who may sign the manifest, so the signature was not checked.",
    remedy: "Give the signer's certificate: `--signer <pem>`.",
  },
} as const satisfies Record<string, Meaning>;

export type ManifestProblemCode = keyof typeof manifestProblems;
export type ManifestWarningCode = keyof typeof manifestWarnings;
