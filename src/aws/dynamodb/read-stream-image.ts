import type { AuditRecord } from "../../rules/audit/audit-record.ts";
import { MusterError } from "../../rules/errors.ts";
import { auditShape } from "./audit-store.ts";
import { type Item, parseItem } from "./item.ts";

/**
 * Reads an audit record from what the table's stream says of it.
 *
 * @param image `dynamodb.NewImage` of a stream's record: an item in DynamoDB's JSON.
 * @throws MusterError STORED_ITEM_UNREADABLE
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
 */
export function readStreamImage(image: unknown): AuditRecord {
  if (typeof image === "object" && image !== null) {
    return parseItem(image as Item, auditShape).record;
  }
  throw new MusterError("STORED_ITEM_UNREADABLE", "The stream's record holds no item.");
}
