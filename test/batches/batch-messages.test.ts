import { describe, expect, test } from "vitest";
import { parseBatchMessages } from "../../src/batches/batch-messages.ts";

const upload = (key: string) => ({ Records: [{ s3: { object: { key, size: 7 } } }] });

const understood: readonly (readonly [string, unknown, readonly object[]])[] = [
  ["its own", { step: "check", batch: "b", part: 2 }, [{ step: "check", batch: "b", part: 2 }]],
  ["an upload", upload("acme/b-1/manifest"), [{ step: "inspect", batch: "b-1" }]],
  ["a key that S3 has encoded", upload("a+b/b%2B1/manifest"), [{ step: "inspect", batch: "b+1" }]],
  ["an object that is no manifest", upload("acme/b-1/report.csv"), []],
  ["a key that is not encoded well", upload("acme/%zz/manifest"), []],
  ["S3's test", { Service: "Amazon S3", Event: "s3:TestEvent" }, []],
];

const refused: readonly unknown[] = [
  undefined,
  "inspect",
  {},
  { step: "sleep", batch: "b" },
  { step: "check", batch: "b" },
  { step: "check", batch: "b", part: 0 },
  { Records: [{}] },
];

describe("a message of the ingest queue", () => {
  test.for(understood)("is understood: %s", ([, message, expected]) => {
    expect(parseBatchMessages(message)).toEqual(expected);
  });

  test.for(refused)("is refused: %j", (message) => {
    expect(() => parseBatchMessages(message)).toThrow(
      expect.objectContaining({ code: "EVENT_INVALID" }),
    );
  });
});
