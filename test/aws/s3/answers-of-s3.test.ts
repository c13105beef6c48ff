import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createS3Client } from "../../../src/aws/s3/create-s3-client.ts";
import { createS3ObjectStore } from "../../../src/aws/s3/s3-object-store.ts";
import { collect } from "../../contract/content.ts";

const content = "0123456789";
const etag = '"one"';

interface Ask {
  readonly range: string | undefined;
  readonly ifMatch: string | undefined;
}

/** A bucket that answers each request as it is told to, and whole from then on. */
async function setup(
  ...answers: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]
) {
  const asked: Ask[] = [];
  const server = createServer((request, response) => {
    asked.push({ range: request.headers.range, ifMatch: request.headers["if-match"] });
    (answers[asked.length - 1] ?? whole)(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const client = createS3Client({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    random: () => 0,
    stallMs: 200,
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });
  return { asked, store: createS3ObjectStore({ client, bucket: "b", now: () => new Date() }) };
}

function begin(request: IncomingMessage, response: ServerResponse, text = content): string {
  const [, from = 0, to = text.length] = /=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const part = text.slice(Number(from), Number(to) + 1);
  response.writeHead(request.headers.range === undefined ? 200 : 206, {
    "content-length": part.length,
    etag,
  });
  return part;
}

function whole(request: IncomingMessage, response: ServerResponse): void {
  response.end(begin(request, response));
}

/** Sends so many bytes, and is gone. */
const cutAfter = (bytes: number) => (request: IncomingMessage, response: ServerResponse) => {
  response.write(begin(request, response).slice(0, bytes), () => response.destroy());
};

/** Sends so many bytes, and neither more nor an end. */
const stallAfter = (bytes: number) => (request: IncomingMessage, response: ServerResponse) => {
  response.write(begin(request, response).slice(0, bytes));
};

function replaced(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(412, { "content-type": "application/xml" });
  response.end("<Error><Code>PreconditionFailed</Code><Message>replaced</Message></Error>");
}

describe("reading from S3 when connections break", () => {
  test("goes on where it stopped, in the same object", async () => {
    const { store, asked } = await setup(cutAfter(4), cutAfter(3));
    expect((await collect(await store.read("k"))).toString()).toBe(content);
    expect(asked).toEqual([
      { range: undefined, ifMatch: undefined },
      { range: "bytes=4-9", ifMatch: etag },
      { range: "bytes=7-9", ifMatch: etag },
    ]);
  });

  test("goes on in another connection when nothing comes any more", async () => {
    const { store, asked } = await setup(stallAfter(4));
    expect((await collect(await store.read("k"))).toString()).toBe(content);
    expect(asked.map(({ range }) => range)).toEqual([undefined, "bytes=4-9"]);
  });

  test("loses nothing when it is slower than the connection's patience", async () => {
    const text = content.repeat(1_000_000);
    const givenUp = Promise.withResolvers<void>();
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      response.once("close", givenUp.resolve).end(begin(request, response, text));
    };
    const { store, asked } = await setup(serve, serve);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await store.read("k")) {
      chunks.push(chunk);
      await givenUp.promise;
    }
    expect(Buffer.concat(chunks).toString() === text).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test("goes on within a range", async () => {
    const { store, asked } = await setup(cutAfter(2));
    const range = { offset: 3, length: 5 };
    expect((await collect(await store.read("k", range))).toString()).toBe("34567");
    expect(asked.map(({ range: sent }) => sent)).toEqual(["bytes=3-7", "bytes=5-7"]);
  });

  test("fails when the object was replaced meanwhile", async () => {
    const { store } = await setup(cutAfter(4), replaced);
    await expect(collect(await store.read("k"))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
  });

  test("ends at last when nothing comes any more", async () => {
    const { store, asked } = await setup(...Array.from({ length: 50 }, () => cutAfter(0)));
    await expect(collect(await store.read("k"))).rejects.toThrow();
    expect(asked.length).toBeLessThan(50);
  });
});

describe("an object that S3 does not tell of, for want of a right", () => {
  test("is not taken for one that is not there", async () => {
    const denied = (_: IncomingMessage, response: ServerResponse) => response.writeHead(403).end();
    const { store } = await setup(denied, denied);
    await expect(store.describe("k")).rejects.toThrow();
    const reading = store.read("k");
    await expect(reading).rejects.toThrow();
    await expect(reading).rejects.not.toMatchObject({ code: "OBJECT_MISSING" });
  });
});

describe("the hash of an object in S3", () => {
  test.for([
    ["of the whole", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", "FULL_OBJECT", "2cf24dba"],
    [
      "of the hashes of its parts",
      "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=-2",
      "COMPOSITE",
      "",
    ],
  ] as const)("%s", async ([, checksum, type, start]) => {
    const { store } = await setup((_, response) => {
      response.writeHead(200, {
        "content-length": 5,
        "x-amz-checksum-sha256": checksum,
        "x-amz-checksum-type": type,
      });
      response.end();
    });
    const { sha256 } = (await store.describe("k")) ?? {};
    expect(sha256?.slice(0, 8) ?? "").toBe(start);
  });
});
