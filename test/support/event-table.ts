/** What a packaged function is to make of each file of `events/`; a test feeds it each of them. */
export const eventTable = {
  registered: ["onboard", "A first connect, straight from a topic rule", "admitted"],
  "registered-again": ["onboard", "The same device's next connect", "settled before, one read"],
  "registered-foreign-ca": ["onboard", "A CA that is not this stage's", "not ours, left alone"],
  "registered-invalid": ["onboard", "No registration event", "EVENT_INVALID is thrown"],
  "sqs-registrations": [
    "onboard",
    "From the queue: a known device, a stranger, a device that was there",
    "admitted, quarantined, settled before",
  ],
  "sqs-registrations-poisoned": [
    "onboard",
    "From the queue: a message that is none, between two that are",
    "it alone comes again",
  ],
  "sqs-registrations-last": [
    "onboard",
    "From the queue, for the fifth time: a message that is none",
    "given up on, which the log says",
  ],
  scheduled: ["heal", "The schedule", "what is out is decided again"],
  authorizer: ["authorize", "API Gateway asks about a token that is known", "its role"],
  "authorizer-unknown": ["authorize", "API Gateway asks about a token that nobody has", "refused"],
  "http-api": ["api", "A manufacturer, by the Lambda authorizer", "200, its batches"],
  "http-api-jwt": ["api", "An auditor, by the JWT authorizer", "200, all batches"],
  "http-api-health": ["api", "Nobody, on the health route without authorizer", "200"],
  "http-api-openapi": ["api", "Nobody, on the OpenAPI route without authorizer", "200"],
  "http-api-forbidden": [
    "api",
    "A manufacturer, where operators only may",
    "403, ROLE_NOT_ALLOWED",
  ],
  "http-api-open-batch": ["api", "A manufacturer opens a batch", "201, where to upload it"],
  "http-api-binary": ["api", "A body that is no JSON, in base64", "415, MEDIA_TYPE_UNSUPPORTED"],
  "sqs-ingest-test": ["ingest", "What S3 sends when it is told of the queue", "nothing"],
  "sqs-ingest-expire": ["ingest", "An upload should be there by now", "it is waited for"],
  "sqs-ingest-upload": ["ingest", "S3's word of a manifest", "inspected, `check` is sent"],
  "sqs-ingest-check": ["ingest", "A part to be checked", "`gather` is sent"],
  "sqs-ingest-gather": ["ingest", "All parts are checked", "`land` is sent"],
  "sqs-ingest-land": ["ingest", "A part to be written into the ledger", "`finish` is sent"],
  "sqs-ingest-finish": ["ingest", "All parts have landed", "completed, `heal` is sent"],
  "sqs-ingest-heal": ["ingest", "What waited for the batch", "the stranger is admitted"],
  "sqs-ingest-inspect": ["ingest", "The manifest may be there, said again", "nothing"],
  "sqs-ingest-settle": ["ingest", "The batch was recalled", "its devices are put out"],
  "sqs-ingest-preregister": ["ingest", "Certificates to be registered ahead", "admitted, unseen"],
  "sqs-ingest-poisoned": ["ingest", "A step that there is not", "it comes again"],
  "sqs-ingest-last": ["ingest", "The same, for the fifth time", "given up on, which the log says"],
  "stream-audit": ["publish", "What the audit table's stream says", "events on the bus"],
  "stream-audit-damaged": [
    "publish",
    "The same, with a record that no event can be made of",
    "it is set aside, the others are events",
  ],
} as const satisfies Readonly<
  Record<string, readonly [fedTo: string, what: string, outcome: string]>
>;

export type EventName = keyof typeof eventTable;

/** @returns rows of Markdown, as `events/README.md` has them. */
export function toEventRows(): readonly string[] {
  return Object.entries(eventTable).map(
    ([name, [fedTo, what, outcome]]) =>
      `| [${name}](${name}.json) | \`${fedTo}\` | ${what} | ${outcome} |`,
  );
}
