/** The one place that knows how the ledger's items are keyed. */

export const stateKey = "STATE";
export const holdKey = "HOLD";
export const ownerKey = "OWNER";
/** Which manufacturer was first to claim a device. */
export const claimKey = "CLAIM";
export const revokedKey = "REVOKED";
/** Which certificates of a manufacturer have an id. */
export const holdersKey = "HOLDERS";
export const entryPrefix = "ENTRY#";

/** Version of the item layout; every item carries it as `schema`. */
export const schemaVersion = 1;

export const toThingKey = (thingName: string) => `THING#${thingName}`;
export const toPublicKeyKey = (publicKeySha256: string) => `KEY#${publicKeySha256}`;
export const toIssuerSerialKey = (issuerNameSha256: string, serial: string) =>
  `ISSUER#${issuerNameSha256}#${serial}`;
/** @param deviceId as `foldDeviceId` writes it. */
export const toDeviceKey = (manufacturer: string, deviceId: string) =>
  `DEVICE#${manufacturer}#${deviceId}`;
export const toIssuerOwnerKey = (caCertificateId: string) => `ISSUER#${caCertificateId}`;
export const toEntryKey = (manufacturer: string, batch: string) =>
  `${entryPrefix}${manufacturer}#${batch}`;

/** Beside a batch's `STATE`: one item for each part. */
export const partPrefix = "PART#";
export const toPartKey = (part: number) => `${partPrefix}${String(part).padStart(6, "0")}`;
/** Beside a batch's `STATE`: how far the registering of its certificates is. */
export const preregistrationKey = "PREREGISTRATION";
/** Who may use the account's quotas for work in bulk. */
export const bulkLane = "LANE#bulk";
export const laneKey = "HOLDER";
/** Beside a batch's `STATE`, so that it is in the list of all batches and in its manufacturer's. */
export const listedKey = "LISTED";
export const allBatches = "batches";
export const toBatchListing = (manufacturer: string) => `${allBatches}#${manufacturer}`;

/** Sequence numbers sort as text. */
export const toSequenceKey = (sequence: number) => String(sequence).padStart(10, "0");

/** Certificates with the same listing are spread over as many partitions of the index. */
export const listingShards = 8;

export const toListingKey = (listing: string, shard: number) => `${listing}#${shard}`;

/** @param id hex; its first digit names the shard. */
export const toShard = (id: string) => Number.parseInt(id.slice(0, 1), 16) % listingShards;
