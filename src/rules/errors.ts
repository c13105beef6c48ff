interface ErrorMeaning {
  /** One sentence. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
}

/** Stable; part of the public contract. Add freely, never rename or reuse. */
export const errorCodes = {
  EVENT_INVALID: {
    meaning: "A message is not a certificate registration event of AWS IoT.",
    remedy: "Check which topic rule feeds the queue; the fields that are wrong are named.",
  },
  CERTIFICATE_UNREADABLE: {
    meaning: "A certificate cannot be read as X.509.",
    remedy: "Give the certificate as PEM or DER, whole and unaltered.",
  },
  PRIVATE_KEY_REFUSED: {
    meaning: "A file holds a private key, so none of it was taken.",
    remedy:
      "Give the certificate instead. A key that somebody else sent counts as disclosed: its device needs a new one.",
  },
  INPUT_TOO_LARGE: {
    meaning: "A file is larger than Muster reads in one piece.",
    remedy: "Split the file.",
  },
  FILE_UNREADABLE: {
    meaning: "A file or folder is missing or cannot be read.",
    remedy: "Check the path and its permissions.",
  },
  FILE_UNWRITABLE: {
    meaning: "A file cannot be written, or is there already.",
    remedy: "Check the path and its permissions, or add `--force` to write over it.",
  },
  CA_INVALID: {
    meaning: "A certificate cannot be registered as a CA.",
    remedy: "Give a CA certificate, and what its mode asks for.",
  },
  CA_CONFLICT: {
    meaning: "A CA is in use in another way: by another manufacturer, or otherwise in AWS IoT.",
    remedy: "Settle who the CA belongs to, or change it in AWS IoT as the message says.",
  },
  MANUFACTURER_UNKNOWN: {
    meaning: "There is no such manufacturer.",
    remedy: "Check the id, or add it with `muster manufacturer add`.",
  },
  MANUFACTURER_INVALID: {
    meaning:
      "A manufacturer's id or name is not allowed, or it has as many issuers as one can have.",
    remedy: "Correct what the message names.",
  },
  ISSUER_UNKNOWN: {
    meaning: "A manufacturer has no such issuer.",
    remedy:
      "Look at its issuers with `muster manufacturer show`; add the CA first with `muster manufacturer add <id> --issuer <file>`.",
  },
  PROFILE_NOT_ALLOWED: {
    meaning: "A profile is for other manufacturers than the one that pushes.",
    remedy: "Push under one of your own, or ask the operator to add you to the profile.",
  },
  PROFILE_INVALID: {
    meaning: "A profile is not YAML, or some of its fields are wrong.",
    remedy: "Correct the fields that the message lists and apply the profile again.",
  },
  PROFILE_UNKNOWN: {
    meaning: "There is no such profile.",
    remedy: "Check the name, or apply it with `muster profile apply`.",
  },
  POLICY_TOO_LARGE: {
    meaning: "The policy that a profile asks for is longer than AWS IoT takes.",
    remedy: "List fewer or shorter topics.",
  },
  CERTIFICATE_UNKNOWN: {
    meaning: "Muster has neither a ledger entry nor a registration event of this certificate.",
    remedy: "Check the certificate id, or import the certificate.",
  },
  STATE_CHANGED: {
    meaning: "Somebody else kept changing the same thing at the same moment.",
    remedy: "Try again.",
  },
  ATTEMPT_IN_PROGRESS: {
    meaning: "Another attempt is settling this certificate.",
    remedy: "Nothing: the event comes again.",
  },
  ATTEMPT_OVERTAKEN: {
    meaning: "Another attempt at this certificate took over.",
    remedy: "Nothing: the event comes again.",
  },
  DEADLINE_EXCEEDED: {
    meaning: "The time allowed ran out before the work was done.",
    remedy: "Nothing the first time: the event comes again. If it stays, look for throttling.",
  },
  CONFIGURATION_INVALID: {
    meaning: "A setting is missing or wrong.",
    remedy: "Set what the message names.",
  },
  ENDPOINT_NOT_LOCAL: {
    meaning: "The local cloud was pointed at an address that is not on this machine.",
    remedy: "Use an address on 127.0.0.1; the local cloud never reaches AWS.",
  },
  LOCAL_CLOUD_NOT_RUNNING: {
    meaning: "The local cloud does not answer.",
    remedy: "Start it with `npm start`.",
  },
  PORT_IN_USE: {
    meaning: "Another program listens on a port that Muster needs.",
    remedy: "Stop that program, or choose another port.",
  },
  STATE_DAMAGED: {
    meaning: "The local cloud's saved state cannot be read.",
    remedy: "Start over with `muster local reset`, or do what else the message says.",
  },
  PLATFORM_UNSUPPORTED: {
    meaning: "This machine or its version of Node.js cannot run Muster.",
    remedy: "Use Node.js 24 or later on a platform that the README lists.",
  },
  STATE_IN_USE: {
    meaning: "Another local cloud is running on the same folder.",
    remedy: "Stop that one, or give this one a folder of its own with `--state`.",
  },
  LOCAL_CLOUD_FAILED: {
    meaning: "A part of the local cloud did not start, or ended by itself.",
    remedy: "Read what the part said, which is in the message, and start again.",
  },
  STAGE_UNKNOWN: {
    meaning: "This account and region have no deployment of that stage.",
    remedy: "Check the stage, the region and the AWS credentials, or deploy the stage first.",
  },
  SUBJECT_UNKNOWN: {
    meaning: "There is no audit record of that subject.",
    remedy: "Check its kind and id; a certificate has records from its first connect on.",
  },
  AUDIT_BROKEN: {
    meaning: "Audit records of a subject were altered, removed or cut off.",
    remedy: "Trust none of its records, and find out who can write to the audit table.",
  },
  USAGE_INVALID: {
    meaning: "The command line is wrong.",
    remedy: "Add `--help` to see how the command is used.",
  },
  DEMO_FAILED: {
    meaning: "A device of the demonstration fared otherwise than expected.",
    remedy: "Read which in the table, and report it as a bug.",
  },
  DEVICE_ID_CONFLICT: {
    meaning: "The ledger has the certificate under another device id.",
    remedy: "Import it under the id that stands, or find out which file is right.",
  },
  MANIFEST_UNREADABLE: {
    meaning: "A file is not in a format of manifests that Muster reads, or damaged as a whole.",
    remedy:
      "See `docs/formats.md` for what can be sent, or say what the columns mean with `--map`.",
  },
  MANIFEST_WITHOUT_CERTIFICATES: {
    meaning: "A manifest names devices and does not hold their certificates.",
    remedy: "Ask whoever made the devices for the certificates themselves.",
  },
  ARCHIVE_DAMAGED: {
    meaning: "An archive, or a file in it, is damaged or cut short.",
    remedy: "Make or download the archive anew; the message names the file that cannot be read.",
  },
  ARCHIVE_ENCRYPTED: {
    meaning: "An archive, or a file in it, is encrypted.",
    remedy: "Send the certificates in an archive without a password; they are no secret.",
  },
  ARCHIVE_UNSUPPORTED: {
    meaning: "An archive is packed in a way that Muster does not read.",
    remedy: "Pack the files anew: ZIP with deflate, or 7z with its usual settings.",
  },
  ARCHIVE_TOO_MANY_ENTRIES: {
    meaning: "An archive has more than 1,000,000 files.",
    remedy: "Split it, or send one manifest instead of a file for each device.",
  },
  ARCHIVE_TOO_LARGE: {
    meaning:
      "An archive unpacks to more than 4 GiB, or has more than the 64 MiB that a 7z, or an archive in another one, may have.",
    remedy: "Split it, or pack the files as one ZIP.",
  },
  ARCHIVE_ENTRY_TOO_LARGE: {
    meaning: "A file in an archive unpacks to more than 1 GiB.",
    remedy: "Split the file, or send it by itself in gzip.",
  },
  ARCHIVE_BOMB: {
    meaning: "An archive unpacks to more than 100 times its size, which no manifest does.",
    remedy: "See what is in it; certificates pack to a third of their size at best.",
  },
  ARCHIVE_TOO_DEEP: {
    meaning: "An archive is in an archive in an archive.",
    remedy: "Unpack the outermost one and send what is in it.",
  },
  DATA_OBJECT_MISSING: {
    meaning: "A vendor's bundle has no certificates of the data object that was asked for.",
    remedy: "Choose one that is there with `--data-object`; the message names them.",
  },
  MAPPING_INVALID: {
    meaning:
      "It is not clear which column of a table holds the certificates, or a mapping cannot be used.",
    remedy: "Say so with `--map`; the message lists the columns.",
  },
  MAPPING_UNKNOWN: {
    meaning: "A manufacturer has saved no mapping of this name.",
    remedy: "Check the name, or save it with `muster mapping save`.",
  },
  SECRET_REFUSED: {
    meaning: "A manifest holds secrets, so none of it was taken.",
    remedy:
      "Send the certificates alone. A secret that somebody sent counts as disclosed: its device needs a new one.",
  },
  OBJECT_MISSING: {
    meaning: "A manifest or report is not in the store of files, or not any more.",
    remedy: "Push the manifest again; files are kept for a while only.",
  },
  REQUEST_INVALID: {
    meaning: "A request to the API is not as its description says.",
    remedy: "Correct the fields that the answer lists; `/v1/openapi.json` describes every request.",
  },
  REQUEST_TOO_LARGE: {
    meaning: "A request to the API, or the file in it, is larger than the API takes.",
    remedy: "Ask for an upload: leave `content` out and send the file to the URL in the answer.",
  },
  MEDIA_TYPE_UNSUPPORTED: {
    meaning: "The body of a request to the API is not JSON.",
    remedy: "Send JSON with `content-type: application/json`.",
  },
  ROUTE_UNKNOWN: {
    meaning: "The API has no such path.",
    remedy: "Check the path; `/v1/openapi.json` lists them all.",
  },
  METHOD_NOT_ALLOWED: {
    meaning: "The API does not take this method on that path.",
    remedy: "Use one of the methods in the `allow` header.",
  },
  CALLER_UNKNOWN: {
    meaning: "Whoever calls the API is signed in, and it is not clear with what rights.",
    remedy: "Have the operator give the account a role and, for a manufacturer, its id.",
  },
  ROLE_NOT_ALLOWED: {
    meaning: "The role of whoever calls the API may not do this.",
    remedy: "Use a token of a role that may, or ask the operator.",
  },
  PRECONDITION_MISSING: {
    meaning: "A change does not say which state of the thing it is meant for.",
    remedy: "Send `if-match` with the `etag` that was read, or `if-none-match: *` to make it new.",
  },
  PRECONDITION_FAILED: {
    meaning: "The thing was changed since it was read, or is there already.",
    remedy: "Read it again, and decide again.",
  },
  TOKEN_ALREADY_SHOWN: {
    meaning: "This request was made before, and its token shown then; it is shown once only.",
    remedy:
      "If it did not arrive, revoke the token that the message names, and make another with a new key.",
  },
  MANUFACTURER_EXISTS: {
    meaning: "There is a manufacturer of that id already, under another name.",
    remedy: "Choose another id, or rename the one that is there.",
  },
  TOKEN_INVALID: {
    meaning: "A token cannot be made as asked for.",
    remedy: "Correct what the message names.",
  },
  TOKEN_UNKNOWN: {
    meaning: "There is no such token.",
    remedy: "Check the id; it is not the token itself.",
  },
  SIGNER_INVALID: {
    meaning: "A certificate cannot sign manifests, or there are as many signers as there can be.",
    remedy: "Give the certificate of an EC key on P-256, as the manufacturer publishes it.",
  },
  SIGNER_UNKNOWN: {
    meaning: "The manufacturer has no such signer.",
    remedy: "Check the id: it is the SHA-256 of the certificate.",
  },
  DEVICE_UNKNOWN: {
    meaning: "No certificate has that thing name.",
    remedy: "Check the name; a device has one from its first connect on.",
  },
  BATCH_UNKNOWN: {
    meaning: "There is no such batch, or it is not yours.",
    remedy: "Check the id, or list your batches.",
  },
  BATCH_STATUS_CONFLICT: {
    meaning: "A batch does not stand where this can be done to it.",
    remedy: "Look at the batch's status; the message says which ones allow it.",
  },
  QUANTITY_MISMATCH: {
    meaning: "An approval names another number of certificates than the batch has.",
    remedy: "Look at the batch again, and approve the number that it shows.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    meaning: "An idempotency key was used before, for another request.",
    remedy: "Use a new key for a new request, and the old one only to repeat the very same.",
  },
  MANUFACTURER_SUSPENDED: {
    meaning: "The manufacturer is suspended, so nothing is taken from it.",
    remedy: "The operator resumes the manufacturer.",
  },
  MANIFEST_TOO_LARGE: {
    meaning: "A manifest has more bytes or devices than one batch takes.",
    remedy: "Split it: 5 GB and 1,000,000 devices a batch.",
  },
  UPLOAD_MISMATCH: {
    meaning: "What was uploaded is not what was announced: it was cut short or changed on its way.",
    remedy: "Push the file again, with its own size and SHA-256.",
  },
  UPLOAD_MISSING: {
    meaning: "A batch was opened and its file never came.",
    remedy: "Push the file again.",
  },
  BATCH_STALLED: {
    meaning: "Work on a batch failed as often as the queue delivers it, so it does not go on.",
    remedy:
      "The operator finds the reason in the log of the ingest function, mends it, and sends the message from the dead-letter queue again.",
  },
  RECALL_NEEDS_OPERATOR: {
    meaning: "More devices of a batch are admitted than its manufacturer may recall by itself.",
    remedy: "Ask the operator to recall the batch.",
  },
  API_UNREACHABLE: {
    meaning: "The API cannot be reached, or does not get round to answering.",
    remedy: "Check the URL and the network, and try again.",
  },
  API_FAILED: {
    meaning: "The API failed inside, or answered what this version of Muster does not understand.",
    remedy:
      "Check that the URL is that of the API, and try again later. If it stays, give the operator the id of the request.",
  },
  TOKEN_MISSING: {
    meaning: "There is no token to send to the API.",
    remedy: "Sign in with `muster login`, or set `MUSTER_TOKEN`.",
  },
  TOKEN_REFUSED: {
    meaning: "The API does not take the token: it is mistyped, expired, revoked or of another API.",
    remedy: "Ask the operator for another token, and sign in with `muster login`.",
  },
  UPLOAD_FAILED: {
    meaning: "A manifest could not be uploaded.",
    remedy: "Try again; pushed again with the same idempotency key it is the same batch.",
  },
  STORED_ITEM_UNREADABLE: {
    meaning: "An item in a table is damaged, or written by a version that this one cannot read.",
    remedy:
      "Run the newer version, or restore the item that the message names from a backup of the table.",
  },
} as const satisfies Record<string, ErrorMeaning>;

export type MusterErrorCode = keyof typeof errorCodes;

/**
 * An expected refusal. `message` reaches people, so it carries no secrets or internals; those go
 * in `cause`, which is logged and never rendered. Branch on `code`, never on `message`.
 */
export class MusterError extends Error {
  override readonly name = "MusterError";
  readonly code: MusterErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: MusterErrorCode,
    message: string,
    options: ErrorOptions & { details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The stable code of a refusal, or the name of what AWS or Node threw; never its message. */
export function toErrorCode(error: unknown): string {
  if (error instanceof MusterError) return error.code;
  return error instanceof Error ? error.name : "Unknown";
}
