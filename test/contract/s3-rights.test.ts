import { randomUUID } from "node:crypto";
import { CreateBucketCommand, ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createS3Client } from "../../src/aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../../src/aws/s3/s3-object-store.ts";
import type { ObjectStore } from "../../src/batches/object-store.ts";
import { signRequest } from "../conformance/subject/sign-request.ts";
import type { Ministack } from "../support/run-ministack.ts";
import { collect, createContent } from "./content.ts";
import { startMinistack } from "./start-ministack.ts";

const needed = [
  "s3:GetObject",
  "s3:PutObject",
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:ListBucket",
];

/** What MiniStack does not mind: it says of any object that is not there that it is not. */
const notEnforced: readonly string[] = ["s3:ListBucket"];

describe("MiniStack: the rights that the S3 object store needs", () => {
  let emulator: Ministack;
  beforeAll(async () => {
    emulator = await startMinistack();
  });
  afterAll(() => emulator?.close());

  test("are enough for all that it does", async () => {
    const { use, listUnfinished } = await setup(emulator, needed);
    await use();
    expect(await listUnfinished()).toEqual([]);
  });

  test.for(needed.filter((right) => !notEnforced.includes(right)))("include %s", async (left) => {
    const rights = needed.filter((action) => action !== left);
    const { use, listUnfinished } = await setup(emulator, rights);
    const outcome = await use().then(
      () => "done",
      () => "failed",
    );
    // Without the right to abort it only leaves parts behind.
    expect(outcome === "failed" || (await listUnfinished()).length > 0).toBe(true);
  });
});

async function setup(emulator: Ministack, rights: readonly string[]) {
  const bucket = `manifests-${randomUUID()}`;
  const root = createS3Client(emulator);
  await root.send(new CreateBucketCommand({ Bucket: bucket }));
  const credentials = await createUser(emulator, bucket, rights);
  const client = createS3Client({ ...emulator, credentials });
  return {
    use: () => useAll(createS3ObjectStore({ client, bucket, now: () => new Date() })),
    listUnfinished: async () => {
      const { Uploads = [] } = await root.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads;
    },
  };
}

async function useAll(store: ObjectStore): Promise<void> {
  await store.write("acme/small", [Buffer.from("x")]);
  await store.write("acme/large", createContent(9 * 1024 * 1024));
  await collect(await store.read("acme/small"));
  expect(await store.describe("acme/none")).toBeUndefined();
  await store.delete("acme/small");
  async function* failing() {
    yield* createContent(9 * 1024 * 1024);
    throw new Error("the source failed");
  }
  await expect(store.write("acme/failed", failing())).rejects.toThrow("the source failed");
}

/** @returns credentials of a user that may do this with the bucket and its objects, and nothing else. */
async function createUser(emulator: Ministack, bucket: string, actions: readonly string[]) {
  const name = `user-${randomUUID()}`;
  await callIam(emulator, { Action: "CreateUser", UserName: name });
  const document = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: actions.filter((action) => action === "s3:ListBucket"),
        Resource: `arn:aws:s3:::${bucket}`,
      },
      {
        Effect: "Allow",
        Action: actions.filter((action) => action !== "s3:ListBucket"),
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ].filter(({ Action }) => Action.length > 0),
  };
  await callIam(emulator, {
    Action: "PutUserPolicy",
    UserName: name,
    PolicyName: "rights",
    PolicyDocument: JSON.stringify(document),
  });
  const answer = await callIam(emulator, { Action: "CreateAccessKey", UserName: name });
  const read = (field: string) => RegExp(`<${field}>([^<]+)<`).exec(answer)?.[1] ?? "";
  return { accessKeyId: read("AccessKeyId"), secretAccessKey: read("SecretAccessKey") };
}

async function callIam(
  { endpoint, credentials }: Ministack,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const url = new URL(endpoint);
  const body = Buffer.from(
    new URLSearchParams({ ...parameters, Version: "2010-05-08" }).toString(),
  );
  const { host: _, ...headers } = signRequest({
    method: "POST",
    url,
    body,
    region: "us-east-1",
    service: "iam",
    credentials,
    at: new Date(),
  });
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
