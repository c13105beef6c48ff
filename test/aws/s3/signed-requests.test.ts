import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { createS3Client } from "../../../src/aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../../../src/aws/s3/s3-object-store.ts";

const target = {
  region: "eu-central-1",
  credentials: { accessKeyId: "key", secretAccessKey: "secret" },
};
const now = new Date("2026-06-01T12:00:00.900Z");
const sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

const clients = [
  ["the client that is made for it", createS3Client(target)],
  ["a client that adds checksums of its own", new S3Client(target)],
] as const;

function setup(client = createS3Client(target)) {
  return createS3ObjectStore({ client, bucket: "manifests", now: () => now });
}

const upload = { key: "acme/b 1/manifest", bytes: 5, sha256 };

describe("an upload that is signed for S3", () => {
  test.for(clients)("is bound to length, hash and absence with %s", async ([, client]) => {
    const expiresAt = new Date("2026-06-01T12:15:00Z");
    const { url, headers } = await setup(client).createUpload({ ...upload, expiresAt });
    const { host, pathname, searchParams } = new URL(url);
    expect(host).toBe("manifests.s3.eu-central-1.amazonaws.com");
    expect(pathname).toBe("/acme/b%201/manifest");
    expect(searchParams.get("X-Amz-SignedHeaders")).toBe(
      "content-length;host;if-none-match;x-amz-checksum-sha256",
    );
    expect(headers).toEqual({
      "content-length": "5",
      "x-amz-checksum-sha256": "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
      "if-none-match": "*",
    });
    expect([...searchParams.keys()].filter((name) => name.includes("checksum"))).toEqual([]);
  });

  test.for([
    ["2026-06-01T12:15:00Z", "900"],
    ["2026-06-01T12:15:00.999Z", "900"],
    ["2026-06-01T12:00:01.000Z", "1"],
    ["2026-06-01T11:00:00Z", "1"],
  ] as const)("that ends at %s is good for %s s", async ([at, seconds]) => {
    const { url } = await setup().createUpload({ ...upload, expiresAt: new Date(at) });
    const { searchParams } = new URL(url);
    expect(searchParams.get("X-Amz-Date")).toBe("20260601T120000Z");
    expect(searchParams.get("X-Amz-Expires")).toBe(seconds);
  });
});
