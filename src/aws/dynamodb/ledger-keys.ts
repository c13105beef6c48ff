/** The one place that knows how the ledger's items are keyed. */

export const stateKey = "STATE";
export const holdKey = "HOLD";
export const ownerKey = "OWNER";
/** Which manufacturer was first to claim a device. */
export const claimKey = "CLAIM";
export const revokedKey = "REVOKED";
export const entryPrefix = "ENTRY#";

/** Version of the item layout; every item carries it as `schema`. */
export const schemaVersion = 1;

export const toThingKey = (thingName: string) => `THING#${thingName}`;
export const toPublicKeyKey = (publicKeySha256: string) => `KEY#${publicKeySha256}`;
export const toIssuerSerialKey = (issuerNameSha256: string, serial: string) =>
  `ISSUER#${issuerNameSha256}#${serial}`;
export const toIssuerOwnerKey = (caCertificateId: string) => `ISSUER#${caCertificateId}`;
export const toEntryKey = (manufacturer: string, batch: string) =>
  `${entryPrefix}${manufacturer}#${batch}`;

/** Sequence numbers sort as text. */
export const toSequenceKey = (sequence: number) => String(sequence).padStart(10, "0");

/** Certificates with the same listing are spread over as many partitions of the index. */
export const listingShards = 8;

export const toListingKey = (listing: string, shard: number) => `${listing}#${shard}`;

/** @param id hex; its first digit names the shard. */
export const toShard = (id: string) => Number.parseInt(id.slice(0, 1), 16) % listingShards;
